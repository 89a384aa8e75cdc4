import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { fairnessMetrics } from '#core/fairness/index.ts';
import { estimateFairness } from '#core/fairness/interval.ts';
import { largestNoiseAtMost, replicatesFor } from '#core/fairness/many-comparisons.ts';

test('few comparisons are resampled 2,000 times, more of them less often, and very many not at all', () => {
  assert.deepEqual([1, 10_000, 20_000, 100_000, 100_001].map(replicatesFor), [2000, 2000, 1000, 200, 0]);
});

// Normal quantiles of 1 − .025/2 and 1 − .025/200,000, by Python's statistics.NormalDist.
test("the bound is Bonferroni's", () => {
  assert.ok(Math.abs(largestNoiseAtMost(1, 0.025) - 2.2414027276049464) < 1e-6);
  assert.ok(Math.abs(largestNoiseAtMost(100_000, 0.025) - 5.157701312172702) < 1e-6);
});

test('two thousand groups are judged in seconds, and one that is far off still shows', () => {
  const counts = { tp: 60, fp: 40, fn: 40, tn: 360 };
  const alike = Array.from({ length: 2000 }, (_, index) => ({ name: `g${index}`, counts }));
  const metric = fairnessMetrics.demographic_parity_difference;
  const started = performance.now();

  const fair = estimateFairness(metric, alike, seededRandom('a'));
  const unfair = estimateFairness(
    metric,
    [...alike, { name: 'other', counts: { tp: 100, fp: 300, fn: 0, tn: 100 } }],
    seededRandom('a'),
  );

  assert.equal(fair.interval?.low, 0);
  // .8 against .2: 0.6 less 5.6 standard errors of about .025.
  assert.ok(Number(unfair.interval?.low) > 0.4, String(unfair.interval?.low));
  assert.ok(performance.now() - started < 20_000);
});
