import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pick, seededRandom } from '#core/chance.ts';

test('the same seed gives the same numbers, another seed gives others', () => {
  const draw = (seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => random.next());
  };

  assert.deepEqual(draw('a'), draw('a'));
  assert.notDeepEqual(draw('a'), draw('b'));
});

test('numbers are uniform in [0, 1): ten bins of 100,000 draws pass a chi-squared test at one in a million', () => {
  const random = seededRandom('uniform');
  const bins = new Array<number>(10).fill(0);

  for (let i = 0; i < 100_000; i++) {
    const bin = pick(random, 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }

  const chiSquared = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chiSquared < 44.8, `chi-squared ${chiSquared} with 9 degrees of freedom`); // scipy.stats.chi2.isf(1e-6, 9) = 44.81
});
