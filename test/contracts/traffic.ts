/** What every traffic control promises. `make` gives one whose store holds two models; its clock stands still until moved. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Digest, digestOf } from '#core/digest.ts';
import type { Traffic, TrafficPlan } from '#core/ports/traffic.ts';

export interface TrafficUnderTest {
  readonly traffic: Traffic;
  readonly champion: Digest;
  readonly canary: Digest;
  /** A digest that can not be served. */
  readonly unservable: Digest;
  /** Serving settings that both models can be served by. */
  readonly settings: Digest;
  /** Lets `requests` successful requests pass; with a weight of 100 all are the canary's. */
  send(model: string, requests: number): Promise<void>;
  /** Moves the lease's clock. */
  advance(ms: number): void;
}

const ZERO = { units: 0, errors: 0, slow: 0 };

export function trafficContract(
  name: string,
  make: (t: TestContext) => TrafficUnderTest | Promise<TrafficUnderTest>,
): void {
  test(`${name}: a model that nobody planned reads as nothing`, async (t) => {
    const { traffic } = await make(t);

    const reading = await traffic.read('credit');

    assert.deepEqual(reading, { counts: { champion: ZERO, canary: ZERO }, lapsed: false });
    assert.equal(await traffic.renew('credit', 'r/0/0', 10_000), false);
  });

  test(`${name}: a champion alone has neither canary nor step`, async (t) => {
    const { traffic, champion } = await make(t);

    await traffic.apply('credit', { champion, championVersion: 'v1' });

    const reading = await traffic.read('credit');
    assert.deepEqual(reading, { champion, counts: { champion: ZERO, canary: ZERO }, lapsed: false });
  });

  test(`${name}: a canary counts its units under its step`, async (t) => {
    const under = await make(t);
    const plan = canaryPlan(under);

    await under.traffic.apply('credit', plan);
    await under.send('credit', 3);

    const reading = await under.traffic.read('credit');
    assert.deepEqual(reading, {
      champion: under.champion,
      canary: under.canary,
      step: 'r/0/0',
      counts: { champion: ZERO, canary: { units: 3, errors: 0, slow: 0 } },
      lapsed: false,
    });
  });

  test(`${name}: the same plan again keeps the counters`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    await under.send('credit', 3);

    await under.traffic.apply('credit', canaryPlan(under));

    assert.equal((await under.traffic.read('credit')).counts.canary.units, 3);
  });

  test(`${name}: a new step starts its counters at zero`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    await under.send('credit', 3);

    await under.traffic.apply('credit', canaryPlan(under, { step: 'r/1/0', weight: 50 }));

    const reading = await under.traffic.read('credit');
    assert.equal(reading.step, 'r/1/0');
    assert.deepEqual(reading.counts, { champion: ZERO, canary: ZERO });
  });

  test(`${name}: another plan under a step that has counted is refused`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));

    const change = under.traffic.apply('credit', canaryPlan(under, { weight: 50 }));

    await assert.rejects(change, { code: 'MW_TRAFFIC_REFUSED' });
  });

  test(`${name}: other settings under a step that has counted are another plan, and refused`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));

    const change = under.traffic.apply('credit', canaryPlan(under, { settings: under.settings }));

    await assert.rejects(change, { code: 'MW_TRAFFIC_REFUSED' });
  });

  test(`${name}: settings of both sides are taken, and the same plan again keeps the counters`, async (t) => {
    const under = await make(t);
    const { settings } = under;
    const plan = { ...canaryPlan(under, { settings }), championSettings: settings };
    await under.traffic.apply('credit', plan);
    await under.send('credit', 3);

    await under.traffic.apply('credit', plan);

    assert.equal((await under.traffic.read('credit')).counts.canary.units, 3);
  });

  test(`${name}: a lease that is renewed in time holds the canary`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));

    for (let i = 0; i < 3; i++) {
      under.advance(9_000);
      assert.equal(await under.traffic.renew('credit', 'r/0/0', 10_000), true);
    }

    assert.equal((await under.traffic.read('credit')).canary, under.canary);
  });

  test(`${name}: a lease that is not renewed sends the canary home, counters kept`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    await under.send('credit', 2);

    under.advance(10_000);

    const reading = await under.traffic.read('credit');
    assert.deepEqual(reading, {
      champion: under.champion,
      step: 'r/0/0',
      counts: { champion: ZERO, canary: { units: 2, errors: 0, slow: 0 } },
      lapsed: true,
    });
  });

  test(`${name}: a lapsed step comes back neither by renewal nor by its plan`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    under.advance(10_000);

    const renewed = await under.traffic.renew('credit', 'r/0/0', 10_000);
    await under.traffic.apply('credit', canaryPlan(under));

    const reading = await under.traffic.read('credit');
    assert.equal(renewed, false);
    assert.equal(reading.canary, undefined);
    assert.equal(reading.lapsed, true);
  });

  test(`${name}: after a lapse a new step brings the canary back`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    under.advance(10_000);

    await under.traffic.apply('credit', canaryPlan(under, { step: 'r/0/1' }));

    const reading = await under.traffic.read('credit');
    assert.equal(reading.canary, under.canary);
    assert.equal(reading.lapsed, false);
  });

  test(`${name}: another step's lease can not be renewed`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));

    assert.equal(await under.traffic.renew('credit', 'r/9/0', 10_000), false);
  });

  test(`${name}: a plan without canary ends the canary and keeps what it counted`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));
    await under.send('credit', 2);

    await under.traffic.apply('credit', { champion: under.canary, championVersion: 'v2' });

    const reading = await under.traffic.read('credit');
    assert.equal(reading.champion, under.canary);
    assert.equal(reading.canary, undefined);
    assert.equal(reading.counts.canary.units, 2);
    assert.equal(await under.traffic.renew('credit', 'r/0/0', 10_000), false);
  });

  for (const arm of ['champion', 'canary'] as const) {
    test(`${name}: a ${arm} that can not be served is refused, and nothing changes`, async (t) => {
      const under = await make(t);
      const before = { champion: under.champion, championVersion: 'v1' };
      await under.traffic.apply('credit', before);
      const plan = canaryPlan(under);
      const broken: TrafficPlan =
        arm === 'champion'
          ? { ...plan, champion: under.unservable }
          : canaryPlan({ ...under, canary: under.unservable });

      await assert.rejects(under.traffic.apply('credit', broken), { code: 'MW_TRAFFIC_REFUSED' });

      const reading = await under.traffic.read('credit');
      assert.equal(reading.champion, under.champion);
      assert.equal(reading.canary, undefined);
      assert.equal(reading.step, undefined);
    });
  }

  test(`${name}: models have traffic of their own`, async (t) => {
    const under = await make(t);
    await under.traffic.apply('credit', canaryPlan(under));

    await under.traffic.apply('churn', { champion: under.canary, championVersion: 'v7' });

    assert.equal((await under.traffic.read('credit')).champion, under.champion);
    assert.equal((await under.traffic.read('churn')).champion, under.canary);
  });
}

/** All traffic to the canary for 10 s, unless changed. */
export function canaryPlan(
  { champion, canary }: { readonly champion: Digest; readonly canary: Digest },
  changes: Partial<NonNullable<TrafficPlan['canary']>> = {},
): TrafficPlan {
  return {
    champion,
    championVersion: 'v1',
    canary: {
      digest: canary,
      version: 'v2',
      weight: 100,
      salt: 'r',
      step: 'r/0/0',
      leaseMs: 10_000,
      ...changes,
    },
  };
}

/** A digest that no store of these tests has. */
export const ABSENT = digestOf('stored nowhere');
