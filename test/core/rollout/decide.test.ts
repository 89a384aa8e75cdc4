import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '#core/digest.ts';
import type { ArmCounts, TrafficReading } from '#core/ports/traffic.ts';
import { decide } from '#core/rollout/decide.ts';
import { describeProgress } from '#core/rollout/describe.ts';
import { initialState, trafficPlan } from '#core/rollout/plan.ts';
import { type RolloutPlan, type RolloutState, stepId } from '#core/rollout/state.ts';

const CHAMPION = digestOf('champion');
const CANARY = digestOf('canary');
const NOON = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;

const PLAN: RolloutPlan = {
  id: 'credit-1',
  model: 'credit',
  champion: { version: 'v0.0.1', digest: CHAMPION },
  canary: { version: 'v0.0.2', digest: CANARY },
  steps: [
    { weight: 5, forMs: 10 * MINUTE },
    { weight: 25, forMs: 20 * MINUTE },
  ],
  guards: [{ name: 'errors', tolerance: 0 }],
  alpha: 0.01,
  minimumUnits: 100,
  leaseMs: 10_000,
};

function arm(units: number, errors = 0, slow = 0): ArmCounts {
  return { units, errors, slow };
}

function reading(
  state: RolloutState,
  counts: { readonly champion?: ArmCounts; readonly canary?: ArmCounts },
  rest: Partial<TrafficReading> = {},
): TrafficReading {
  return {
    champion: CHAMPION,
    canary: CANARY,
    step: stepId(PLAN, state),
    counts: { champion: counts.champion ?? arm(1900), canary: counts.canary ?? arm(100) },
    lapsed: false,
    ...rest,
  };
}

const START = initialState(PLAN, NOON);

for (const { name, counts, minutes, action, reason } of [
  { name: 'while its time runs', counts: {}, minutes: 9, action: 'hold', reason: /being watched/ },
  {
    name: 'whose time is over with 100 units',
    counts: {},
    minutes: 10,
    action: 'advance',
    reason: /100 units on the canary/,
  },
  {
    name: 'whose time is over with 99 units',
    counts: { canary: arm(99) },
    minutes: 10,
    action: 'hold',
    reason: /99 of at least 100 units/,
  },
  {
    name: 'with 99 units after four times its time',
    counts: { canary: arm(99) },
    minutes: 40,
    action: 'roll-back',
    reason: /no evidence in 4 × 600 s/,
  },
  {
    name: 'with 3 errors beside a clean champion (E = 34)',
    counts: { canary: arm(50, 3) },
    minutes: 1,
    action: 'hold',
    reason: /being watched/,
  },
  {
    name: 'with 4 errors beside a clean champion (E = 185)',
    counts: { canary: arm(50, 4) },
    minutes: 1,
    action: 'roll-back',
    reason:
      /guard errors: canary 4 errors of 50 units \(8 %\), champion 0 errors of 1,900 units \(0 %\); E = 185.* ≥ 100 = 1\/α/,
  },
  {
    name: 'with errors on both arms alike',
    counts: { canary: arm(500, 5), champion: arm(9500, 95) },
    minutes: 10,
    action: 'advance',
    reason: /nothing rejected/,
  },
] as const) {
  test(`a step ${name}: ${action}`, () => {
    const { decision } = decide(PLAN, START, reading(START, counts), NOON + minutes * MINUTE);

    assert.equal(decision.action, action);
    assert.match(decision.reason, reason);
  });
}

test('the last step ends in a promotion and the canary takes all traffic', () => {
  const last: RolloutState = { ...START, step: 1 };

  const { decision, state } = decide(PLAN, last, reading(last, {}), NOON + 20 * MINUTE);

  assert.equal(decision.action, 'promote');
  assert.equal(state.phase, 'promoted');
  assert.deepEqual(trafficPlan(PLAN, state), { champion: CANARY, championVersion: 'v0.0.2' });
});

test('a rolled-back canary has no traffic', () => {
  const { state } = decide(PLAN, START, reading(START, { canary: arm(50, 4) }), NOON + MINUTE);

  assert.deepEqual(trafficPlan(PLAN, state), { champion: CHAMPION, championVersion: 'v0.0.1' });
});

test('evidence of earlier steps counts: two errors at 5 %, then five at 25 %', () => {
  const first = decide(PLAN, START, reading(START, { canary: arm(100, 2) }), NOON + 10 * MINUTE);
  assert.equal(first.decision.action, 'advance');

  // Two errors at 5 % are E = 7.92 and five at 25 % are 13.04: together 103.3, each alone far from 100.
  const second = decide(PLAN, first.state, reading(first.state, { canary: arm(10, 5) }), NOON + 11 * MINUTE);

  assert.ok(Math.abs((first.state.carried.errors ?? 0) - Math.log(7.92459782)) < 1e-6);
  assert.equal(second.decision.action, 'roll-back');
  const alone = decide(
    PLAN,
    { ...first.state, carried: { errors: 0 } },
    reading(first.state, { canary: arm(10, 5) }),
    NOON + 11 * MINUTE,
  );
  assert.equal(alone.decision.action, 'hold');
});

test('α is split over the guards: five errors for one of three, and slow requests count for slo', () => {
  const plan: RolloutPlan = {
    ...PLAN,
    alpha: 0.005,
    guards: [
      { name: 'errors', tolerance: 0 },
      { name: 'slo', tolerance: 0 },
    ],
  };

  const four = decide(plan, START, reading(START, { canary: arm(50, 0, 4) }), NOON + MINUTE);
  const five = decide(plan, START, reading(START, { canary: arm(50, 0, 5) }), NOON + MINUTE);

  assert.equal(four.decision.action, 'hold');
  assert.match(five.decision.reason, /guard slo: canary 5 slow of 50 units \(10 %\).* ≥ 400 = 1\/α/);
});

test('a target that does not answer holds, and after four times the step goes home', () => {
  const early = decide(PLAN, START, undefined, NOON + 39 * MINUTE);
  const late = decide(PLAN, START, undefined, NOON + 40 * MINUTE);

  assert.equal(early.decision.action, 'hold');
  assert.equal(late.decision.action, 'roll-back');
  assert.match(late.decision.reason, /does not answer/);
});

test('a lapsed lease starts the step again with new counters, and keeps what was seen', () => {
  const { decision, state } = decide(
    PLAN,
    START,
    reading(START, { canary: arm(100, 2) }, { lapsed: true }),
    NOON + MINUTE,
  );

  assert.equal(decision.action, 'restart-step');
  assert.equal(stepId(PLAN, state), 'credit-1/0/1');
  assert.equal(state.stepStartedAt, NOON + MINUTE);
  assert.equal(state.counts.canary.units, 0);
  assert.ok((state.carried.errors ?? 0) > 2);
});

test('a server that knows no step lost it', () => {
  const { step, ...lost } = reading(START, {});

  const { decision } = decide(PLAN, START, lost, NOON + MINUTE);

  assert.equal(decision.action, 'restart-step');
});

for (const { name, lapsed } of [
  { name: 'a server that was restarted', lapsed: true },
  { name: 'a server that began to count anew', lapsed: false },
]) {
  test(`${name} does not wipe away what its canary did`, () => {
    const seen = decide(PLAN, START, reading(START, { canary: arm(100, 2) }), NOON + MINUTE);

    const { decision, state } = decide(
      PLAN,
      seen.state,
      reading(seen.state, { canary: arm(0), champion: arm(0) }, { lapsed }),
      NOON + 2 * MINUTE,
    );

    assert.equal(decision.action, 'restart-step');
    assert.match(decision.reason, /lost its counters; step 1 of 2 \(5 %\) starts again/);
    assert.ok(Math.abs((state.carried.errors ?? 0) - Math.log(7.92459782)) < 1e-6);
  });
}

test('a step that lapses five times goes home', () => {
  let state: RolloutState = START;
  const actions: string[] = [];
  for (let minute = 1; minute <= 5; minute++) {
    const next = decide(PLAN, state, reading(state, {}, { lapsed: true }), NOON + minute * MINUTE);
    actions.push(next.decision.action);
    state = next.state;
  }

  assert.deepEqual(actions, [...Array(4).fill('restart-step'), 'roll-back']);
});

test('counters of another step decide nothing', () => {
  const { decision, state } = decide(
    PLAN,
    START,
    reading(START, { canary: arm(50, 40) }, { step: 'credit-0/1/0' }),
    NOON + MINUTE,
  );

  assert.equal(decision.action, 'hold');
  assert.deepEqual(state.counts, START.counts);
});

test('a champion that was changed under the rollout ends it', () => {
  const { decision } = decide(
    PLAN,
    START,
    reading(START, {}, { champion: digestOf('other') }),
    NOON + MINUTE,
  );

  assert.equal(decision.action, 'roll-back');
  assert.match(decision.reason, /champion changed/);
});

test('progress says where it is and how sure we are', () => {
  const { state } = decide(
    PLAN,
    START,
    reading(START, { canary: arm(3000, 10), champion: arm(57_000, 60) }),
    NOON + MINUTE,
  );

  const [head, errors] = describeProgress(PLAN, state).split('\n');

  assert.equal(head, 'step 1 of 2, canary 5 %, 3,000 units (at least 100)');
  assert.match(
    errors ?? '',
    /^errors: canary 10 errors of 3,000 units \(0\.333 %\), champion 60 errors of 57,000 units \(0\.105 %\); with 99 % confidence the canary's error rate is \d\.\d\d to \d\.\d\d times the champion's; E = 30 of 100$/,
  );
});

const counts = fc.record({
  units: fc.integer({ min: 0, max: 300 }),
  errors: fc.integer({ min: 0, max: 6 }),
  slow: fc.constant(0),
});
const observation = fc.record({
  minutes: fc.integer({ min: 0, max: 30 }),
  kind: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'foreign', 'lapsed', 'lost', 'none', 'changed'),
  champion: counts,
  canary: counts,
});

test('whatever is read: a promotion had its units in every step, an end is an end, and weights are the plan’s', () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 30 }), (observations) => {
      let [state, now] = [START as RolloutState, NOON];
      const passed: number[] = [];
      for (const { minutes, kind, champion, canary } of observations) {
        now += minutes * MINUTE;
        const before = state;
        const { step, ...own } = reading(state, { champion, canary });
        const next = decide(PLAN, state, seen(kind, { ...own, step: step ?? '' }), now);
        state = next.state;

        if (before.phase !== 'running') {
          assert.equal(state.phase, before.phase);
          assert.equal(next.decision.action, 'hold');
          continue;
        }
        const went = ['advance', 'promote'].includes(next.decision.action);
        if (went) {
          assert.ok(kind === 'own' && canary.units >= 100 && now - before.stepStartedAt >= 10 * MINUTE);
          passed.push(before.step);
        }
        const weight = trafficPlan(PLAN, state).canary?.weight;
        assert.ok(weight === undefined ? state.phase !== 'running' : [5, 25].includes(weight));
        assert.equal(state.phase === 'promoted', next.decision.action === 'promote');
        assert.equal(state.phase === 'rolled-back', next.decision.action === 'roll-back');
      }
      if (state.phase === 'promoted') assert.deepEqual(passed, [0, 1]);
    }),
    { numRuns: 500 },
  );
});

function seen(kind: string, own: TrafficReading): TrafficReading | undefined {
  const { step, ...lost } = own;
  if (kind === 'none') return undefined;
  if (kind === 'lost') return lost;
  if (kind === 'foreign') return { ...own, step: 'another/0/0' };
  if (kind === 'changed') return { ...own, champion: digestOf('other') };
  return { ...own, lapsed: kind === 'lapsed' };
}
