import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rollout } from '#core/config/rollout.ts';
import { digestOf } from '#core/digest.ts';
import { initialState, planRollout, trafficPlan } from '#core/rollout/plan.ts';

const NAMES = {
  id: 'credit-1',
  model: 'credit',
  champion: { version: 'v0.0.1', digest: digestOf('champion') },
  canary: { version: 'v0.0.2', digest: digestOf('canary') },
};

test('configuration becomes a plan with milliseconds, 100 units and a lease of 10 s', () => {
  const config = Rollout.parse({
    target: 'eu',
    steps: [{ weight: 5 }, { weight: 25, for: '20m' }],
    guard: { errors: { tolerance: 0.1 }, slo: { latency: '50ms' } },
  });

  assert.deepEqual(planRollout({ config, ...NAMES }), {
    ...NAMES,
    steps: [
      { weight: 5, forMs: 600_000 },
      { weight: 25, forMs: 1_200_000 },
    ],
    guards: [
      { name: 'errors', tolerance: 0.1 },
      { name: 'slo', tolerance: 0 },
    ],
    alpha: 0.01,
    slowMs: 50,
    minimumUnits: 100,
    leaseMs: 10_000,
  });
});

test('without an SLO only errors are guarded and nothing is slow', () => {
  const plan = planRollout({ config: Rollout.parse({ target: 'eu', steps: [{ weight: 5 }] }), ...NAMES });

  assert.deepEqual(plan.guards, [{ name: 'errors', tolerance: 0 }]);
  assert.equal('slowMs' in plan, false);
});

test('a running step tells the target weight, salt, lease and the id of its counters', () => {
  const config = Rollout.parse({ target: 'eu', steps: [{ weight: 5 }], guard: { slo: { latency: '50ms' } } });
  const plan = planRollout({ config, ...NAMES, leaseMs: 2000 });

  assert.deepEqual(trafficPlan(plan, initialState(plan, 0)), {
    champion: NAMES.champion.digest,
    championVersion: 'v0.0.1',
    canary: {
      digest: NAMES.canary.digest,
      version: 'v0.0.2',
      weight: 5,
      salt: 'credit-1',
      step: 'credit-1/0/0',
      leaseMs: 2000,
      slowMs: 50,
    },
  });
});
