/** What every store promises, whatever it keeps its rows in. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import type {
  Alarm,
  Delivery,
  Evaluation,
  FiledDelivery,
  MonitorWindow,
  Retraining,
  Rollout,
  Store,
} from '#core/ports/store.ts';

const REPOSITORY = 'acme/flights';

/** Registers the tests. `open` gives an empty store; `name` goes into the titles. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  test(`${name}: a delivery is accepted once, and its second telling is known`, async () => {
    const { inbox } = await open();

    const first = await inbox.accept(delivery('a'));
    const again = await inbox.accept(delivery('a'));
    const otherHook = await inbox.accept({ ...delivery('a'), hook: '2' });

    assert.deepEqual([first, again, otherHook], [true, false, true]);
    assert.equal((await inbox.recent(10)).length, 2);
  });

  test(`${name}: a delivery is known by its GUID, to whichever hook it came`, async () => {
    const { inbox } = await open();
    await inbox.accept({ ...delivery('a'), hook: '2' });

    assert.deepEqual([await inbox.knows('a'), await inbox.knows('b')], [true, false]);
  });

  test(`${name}: an accepted delivery is handled once with its payload, which is then forgotten`, async () => {
    const { inbox } = await open();
    await inbox.accept(delivery('a'));
    const seen: FiledDelivery[] = [];

    await inbox.work(async (filed) => {
      seen.push(filed);
    });
    await until(async () => (await inbox.recent(1))[0]?.state === 'done');
    await inbox.stop();

    assert.deepEqual(
      seen.map(({ guid, event, payload }) => ({ guid, event, payload })),
      [{ guid: 'a', event: 'pull_request', payload: '{"action":"opened"}' }],
    );
    assert.equal((await inbox.recent(1))[0]?.payload, '');
  });

  test(`${name}: a delivery whose handler fails is handled again, and its error is remembered until then`, async () => {
    const { inbox } = await open();
    await inbox.accept(delivery('a'));
    let calls = 0;

    await inbox.work(async () => {
      calls++;
      if (calls === 1) throw new Error('GitHub was away');
    });
    await until(async () => (await inbox.recent(1))[0]?.state === 'done');
    await inbox.stop();

    const [filed] = await inbox.recent(1);
    assert.equal(calls, 2);
    assert.equal(filed?.failures, 1);
    assert.equal(filed?.error, undefined);
  });

  test(`${name}: a delivery that always fails ends dead, and telling it again revives it`, async () => {
    const { inbox } = await open();
    await inbox.accept(delivery('a'));
    let broken = true;
    await inbox.work(async () => {
      if (broken) throw new Error('no such run');
    });
    await until(async () => (await inbox.recent(1))[0]?.state === 'dead');
    const [dead] = await inbox.recent(1);
    broken = false;

    const accepted = await inbox.accept(delivery('a'));
    await until(async () => (await inbox.recent(1))[0]?.state === 'done');
    await inbox.stop();

    assert.equal(dead?.error, 'no such run');
    assert.equal(accepted, true);
  });

  test(`${name}: the first artifact bound to an input digest stays bound`, async () => {
    const { candidates } = await open();
    const binding = { repository: REPOSITORY, model: 'delay', inputDigest: digestOf('inputs'), at: 1 };

    const first = await candidates.bind({ ...binding, digest: digestOf('one') });
    const second = await candidates.bind({ ...binding, digest: digestOf('two') });
    const elsewhere = await candidates.bind({ ...binding, model: 'other', digest: digestOf('two') });

    assert.deepEqual([first, second, elsewhere], [digestOf('one'), digestOf('one'), digestOf('two')]);
  });

  test(`${name}: a candidate is found by its head and by its inputs`, async () => {
    const { candidates } = await open();
    const candidate = {
      repository: REPOSITORY,
      headSha: 'a'.repeat(40),
      model: 'delay',
      pullRequest: 7,
      inputDigest: digestOf('inputs'),
      digest: digestOf('bytes'),
      run: 11,
      training: digestOf('training'),
      at: 5,
    };

    await candidates.save(candidate);
    await candidates.save({ ...candidate, run: 12 });
    await candidates.save({ ...candidate, headSha: 'b'.repeat(40), at: 9 });

    assert.deepEqual(await candidates.of(REPOSITORY, 'a'.repeat(40)), [{ ...candidate, run: 12 }]);
    assert.equal(
      (await candidates.byInput(REPOSITORY, 'delay', digestOf('inputs')))?.headSha,
      'b'.repeat(40),
    );
    assert.equal(await candidates.byInput(REPOSITORY, 'delay', digestOf('others')), undefined);
  });

  test(`${name}: an evaluation is found by the run that was dispatched, newest first by head`, async () => {
    const { evaluations } = await open();

    await evaluations.save(evaluation({ run: 1, at: 1 }));
    await evaluations.save(evaluation({ run: 2, at: 2 }));
    await evaluations.save(evaluation({ run: 1, at: 1, state: 'superseded' }));

    assert.equal((await evaluations.find(REPOSITORY, 1))?.state, 'superseded');
    assert.equal(await evaluations.find(REPOSITORY, 3), undefined);
    assert.equal(await evaluations.find('acme/other', 1), undefined);
    assert.deepEqual(
      (await evaluations.of(REPOSITORY, 'a'.repeat(40))).map(({ run }) => run),
      [2, 1],
    );
  });

  test(`${name}: a rollout is queued once, and each part of it is changed without the others`, async () => {
    const { rollouts } = await open();
    await rollouts.queue(rollout('r1', 1));
    await rollouts.queue({ ...rollout('r1', 1), actor: 'somebody else' });
    const started = { version: 'v0.0.2', environment: 'production', deployment: 4 };

    await rollouts.start('r1', started, undefined);
    await rollouts.requestStop('r1', { request: 'comment-1', by: 'ada', reason: 'asked' });
    await rollouts.requestStop('r1', { request: 'comment-2', by: 'bob', reason: 'asked later' });
    await rollouts.markApplied('r1', 'r1/0/0');
    await rollouts.tell('r1', 'step 0');

    const found = await rollouts.find('r1');
    assert.equal(found?.actor, 'ada');
    assert.equal(found?.stage, 'running');
    assert.deepEqual(found?.started, started);
    assert.deepEqual(found?.stop, { request: 'comment-1', by: 'ada', reason: 'asked' });
    assert.equal(found?.applied, 'r1/0/0');
    assert.equal(found?.told, 'step 0');
  });

  test(`${name}: an ended rollout stays open until it is settled`, async () => {
    const { rollouts } = await open();
    await rollouts.queue(rollout('r1', 1));
    await rollouts.queue(rollout('r2', 2));
    await rollouts.end('r1');

    const before = await rollouts.open();
    await rollouts.settle('r1');
    const after = await rollouts.open();

    assert.deepEqual(
      before.map(({ id, stage }) => [id, stage]),
      [
        ['r1', 'ended'],
        ['r2', 'queued'],
      ],
    );
    assert.deepEqual(
      after.map(({ id }) => id),
      ['r2'],
    );
    assert.deepEqual(
      (await rollouts.of(REPOSITORY, 'delay')).map(({ id }) => id),
      ['r2', 'r1'],
    );
  });

  test(`${name}: a chart's points come in the order of time, one per instant`, async () => {
    const { rollouts } = await open();
    const none = { units: 0, errors: 0, slow: 0 };
    const point = (at: number) => ({
      at,
      weight: 5,
      step: 0,
      counts: { champion: none, canary: none },
      evidence: { errors: 0.5 },
    });
    await rollouts.queue(rollout('r1', 1));

    await rollouts.addPoint('r1', point(20));
    await rollouts.addPoint('r1', point(10));
    await rollouts.addPoint('r1', point(10));

    assert.deepEqual(await rollouts.points('r1'), [point(10), point(20)]);
  });

  test(`${name}: a ledger entry appended twice is one entry, chained to the one before it`, async () => {
    const store = await open();
    const ledger = store.ledger(REPOSITORY);

    const first = await ledger.append(draft('one'));
    await ledger.append(draft('one'));
    const second = await ledger.append(draft('two'));

    assert.deepEqual([first.sequence, second.sequence], [0, 1]);
    assert.equal(second.previous, first.hash);
    assert.deepEqual(await ledger.entries(), [first, second]);
    assert.deepEqual(await store.ledger('acme/other').entries(), []);
  });

  test(`${name}: two appends at the same time make two entries in one chain`, async () => {
    const ledger = (await open()).ledger(REPOSITORY);

    await Promise.all([ledger.append(draft('one')), ledger.append(draft('two'))]);

    const entries = await ledger.entries();
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [0, 1],
    );
    assert.equal(entries[1]?.previous, entries[0]?.hash);
  });

  test(`${name}: a ledger from elsewhere is taken over once, and continued`, async () => {
    const elsewhere = (await open()).ledger(REPOSITORY);
    const kept = [await elsewhere.append(draft('one')), await elsewhere.append(draft('two'))];
    const store = await open();

    await store.adoptLedger('acme/moved', kept);
    const next = await store.ledger('acme/moved').append(draft('three'));
    await store.adoptLedger('acme/moved', kept);

    assert.equal(next.previous, kept[1]?.hash);
    assert.deepEqual(await store.ledger('acme/moved').entries(), [...kept, next]);
  });

  test(`${name}: a window's later result takes the place of the one before, newest windows first`, async () => {
    const { monitors } = await open();

    await monitors.save(window(10));
    await monitors.save(window(20));
    await monitors.save({ ...window(10), labelsDue: true, at: 99 });
    await monitors.save({ ...window(30), model: 'other' });

    assert.deepEqual(await monitors.of(REPOSITORY, 'delay', 5), [
      window(20),
      { ...window(10), labelsDue: true, at: 99 },
    ]);
    assert.deepEqual(await monitors.of(REPOSITORY, 'delay', 1), [window(20)]);
    assert.deepEqual(await monitors.of('acme/other', 'delay', 5), []);
  });

  test(`${name}: a model has one alarm, as it was saved last`, async () => {
    const { monitors } = await open();

    await monitors.saveAlarm(alarm('delay'));
    await monitors.saveAlarm({ ...alarm('delay'), issue: 12, told: 'open', snoozedUntil: 50 });
    await monitors.saveAlarm(alarm('arrival'));

    const delay = { ...alarm('delay'), issue: 12, told: 'open', snoozedUntil: 50 };
    assert.deepEqual(await monitors.alarm(REPOSITORY, 'delay'), delay);
    assert.equal(await monitors.alarm(REPOSITORY, 'none'), undefined);
    assert.deepEqual(await monitors.alarms(REPOSITORY), [alarm('arrival'), delay]);
  });

  test(`${name}: a model has one open retraining, and an interval's is decided once`, async () => {
    const { retrainings } = await open();

    const first = await retrainings.decide(retraining('delay/june', 1));
    const again = await retrainings.decide(retraining('delay/june', 2));
    const second = await retrainings.decide(retraining('delay/july', 3));
    const otherModel = await retrainings.decide({ ...retraining('arrival/june', 4), model: 'arrival' });
    const elsewhere = await retrainings.decide({ ...retraining('delay/june', 5), repository: 'acme/other' });

    assert.deepEqual([first, again, second, otherModel, elsewhere], [true, false, false, true, true]);
    await retrainings.save({ ...retraining('delay/june', 1), state: 'merged' });
    assert.equal(await retrainings.decide(retraining('delay/june', 6)), false);
    assert.equal(await retrainings.decide(retraining('delay/july', 7)), true);
  });

  test(`${name}: of two decisions at the same time one is filed`, async () => {
    const { retrainings } = await open();

    const filed = await Promise.all([
      retrainings.decide(retraining('delay/june', 1)),
      retrainings.decide(retraining('delay/july', 1)),
      retrainings.decide(retraining('delay/june', 1)),
    ]);

    assert.deepEqual(filed.filter(Boolean), [true]);
    assert.equal((await retrainings.open()).length, 1);
  });

  test(`${name}: a retraining is found by pull request, by its commit, by model, and while it is open`, async () => {
    const { retrainings } = await open();
    await retrainings.decide(retraining('delay/june', 1));
    const ended: Retraining = {
      ...retraining('delay/june', 1),
      state: 'given-up',
      pullRequest: 7,
      head: 'b'.repeat(40),
      locks: { 'data/train.lock': 'sha256: 1\n' },
      failedGates: ['benchmark: roc_auc'],
    };
    await retrainings.save(ended);
    await retrainings.decide(retraining('delay/july', 2));

    assert.deepEqual(await retrainings.byPullRequest(REPOSITORY, 7), ended);
    assert.deepEqual(await retrainings.byHead(REPOSITORY, 'b'.repeat(40)), ended);
    assert.equal(await retrainings.byHead(REPOSITORY, ''), undefined);
    assert.equal(await retrainings.byHead('acme/other', 'b'.repeat(40)), undefined);
    assert.deepEqual(await retrainings.of(REPOSITORY, 'delay', 5), [retraining('delay/july', 2), ended]);
    assert.deepEqual(await retrainings.open(), [retraining('delay/july', 2)]);
  });

  test(`${name}: a repository is remembered under its newest installation`, async () => {
    const { repositories } = await open();

    await repositories.seen({ name: REPOSITORY, installation: 1 });
    await repositories.seen({ name: REPOSITORY, installation: 2 });

    assert.deepEqual(await repositories.all(), [{ name: REPOSITORY, installation: 2 }]);
  });
}

function delivery(guid: string): Delivery {
  return {
    hook: '1',
    guid,
    event: 'pull_request',
    repository: REPOSITORY,
    payload: '{"action":"opened"}',
    receivedAt: 1000,
  };
}

function evaluation(changes: Partial<Evaluation>): Evaluation {
  return {
    repository: REPOSITORY,
    run: 1,
    pullRequest: 7,
    headSha: 'a'.repeat(40),
    model: 'delay',
    candidate: digestOf('bytes'),
    champion: null,
    state: 'running',
    at: 1,
    ...changes,
  };
}

function rollout(id: string, queuedAt: number): Rollout {
  return {
    id,
    repository: REPOSITORY,
    model: 'delay',
    pullRequest: 7,
    commit: 'c'.repeat(40),
    headSha: 'a'.repeat(40),
    candidate: digestOf('bytes'),
    provenAgainst: null,
    policy: 'd'.repeat(40),
    actor: 'ada',
    evidence: [digestOf('evidence')],
    queuedAt,
    stage: 'queued',
    applied: '',
    told: '',
    settled: false,
  };
}

function window(from: number): MonitorWindow {
  return {
    repository: REPOSITORY,
    model: 'delay',
    from,
    to: from + 10,
    evidence: digestOf('evidence'),
    result: {
      mergeway: '0.1.0',
      model: 'delay',
      version: 'v0.0.1',
      window: { from: '', to: '' },
      reference: digestOf('profile'),
      policy: digestOf('policy'),
      rows: 10,
      labelled: 0,
      missing: 0,
      verdict: 'pass',
      falseAlarms: 0.1,
      checks: [],
    },
    policy: digestOf('policy'),
    labelsDue: false,
    at: 1,
  };
}

function alarm(model: string): Alarm {
  return {
    repository: REPOSITORY,
    model,
    issue: 0,
    state: 'open',
    kinds: ['drift'],
    since: 10,
    window: 20,
    told: '',
  };
}

function retraining(id: string, decidedAt: number): Retraining {
  return {
    id,
    repository: REPOSITORY,
    model: 'delay',
    from: 10,
    to: 20,
    because: ['drift'],
    state: 'decided',
    branch: `mergeway/retrain/${id}`,
    locks: {},
    base: 'a'.repeat(40),
    head: '',
    pullRequest: 0,
    decidedAt,
    reason: '',
    failedGates: [],
  };
}

function draft(id: string) {
  return {
    id,
    action: 'canary' as const,
    model: 'delay',
    version: 'v0.0.1',
    digest: digestOf('bytes'),
    commit: 'c'.repeat(40),
    actor: 'ada',
    evidence: [],
    before: null,
    reason: 'merged',
    at: '2026-11-23T00:00:00.000Z',
  };
}

/** Asks again until the answer is yes; the runner's own time limit ends a wait that is in vain. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setImmediate(resolve));
}
