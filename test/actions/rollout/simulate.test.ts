import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSimulation, type SimulationInput, simulateRollout } from '#actions/rollout/simulate.ts';
import { Rollout } from '#core/config/rollout.ts';

const INPUT: SimulationInput = {
  model: 'credit',
  config: Rollout.parse({
    target: 'eu',
    steps: [
      { weight: 5, for: '2m' },
      { weight: 50, for: '2m' },
    ],
  }),
  rates: { champion: 0, canary: 0.0028 },
  perSecond: 1000,
  runs: 200,
  seed: '1',
};

test('a canary that fails on .28 % of requests is found after four failures, tens of thousands of requests', () => {
  const { detected, detection } = simulateRollout(INPUT);

  assert.equal(detected, 1);
  // Four failures at 50 canary requests a second and .28 %: 28.6 s on average.
  assert.equal(detection?.canaryErrors.p50, 4);
  assert.ok(detection.seconds.p50 > 20 && detection.seconds.p50 < 40, String(detection.seconds.p50));
  assert.ok(detection.requests.p50 > 20_000 && detection.requests.p50 < 40_000);
});

test('a canary as good as the champion is promoted, and false alarms stay below alpha', () => {
  const result = simulateRollout({ ...INPUT, rates: { champion: 0.01, canary: 0.01 } });

  // α = .01; three standard errors of 200 runs are .021.
  assert.ok(result.falseAlarmRate <= 0.031, String(result.falseAlarmRate));
  assert.ok(result.promoted >= 0.969);
  assert.equal(result.promoted + result.detected + result.noEvidence, 1);
});

test('too little traffic for 100 units ends without evidence, not in a promotion', () => {
  const result = simulateRollout({ ...INPUT, perSecond: 2, runs: 20, rates: { champion: 0, canary: 0 } });

  assert.equal(result.noEvidence, 1);
  assert.equal(result.promoted, 0);
  assert.equal(result.detection, null);
});

test('the same seed gives the same numbers', () => {
  const small = { ...INPUT, runs: 20 };

  assert.deepEqual(simulateRollout(small), simulateRollout(small));
  assert.notDeepEqual(simulateRollout(small), simulateRollout({ ...small, seed: '2' }));
});

test('progress counts every run of both sets', () => {
  const seen: number[] = [];

  simulateRollout({ ...INPUT, runs: 3 }, (done) => seen.push(done));

  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
});

test('the sentences name rates, quantiles and alpha', () => {
  const text = describeSimulation(simulateRollout({ ...INPUT, runs: 20 }));

  assert.match(text, /canary 0\.28 % bad, champion 0 %:/);
  assert.match(text, /detected after \d+ \(\d+ to \d+\) s/);
  assert.match(text, /alpha allows 1 %/);
});

for (const { name, change } of [
  { name: 'a rate of 3', change: { rates: { champion: 0, canary: 3 } } },
  { name: 'a rate that is no number', change: { rates: { champion: Number.NaN, canary: 0 } } },
  { name: 'no traffic', change: { perSecond: 0 } },
  { name: 'half a run', change: { runs: 0.5 } },
  { name: 'a million runs', change: { runs: 1e6 } },
]) {
  test(`${name} is refused`, () => {
    assert.throws(() => simulateRollout({ ...INPUT, ...change }), { code: 'MW_USAGE' });
  });
}
