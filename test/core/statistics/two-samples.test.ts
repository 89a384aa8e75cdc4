/** Tests of two samples: exact shares, exceedances, homogeneity of counts, and a gap that binning never makes smaller than it says. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';
import { beyondExtreme } from '#core/statistics/exceedance.ts';
import { homogeneity } from '#core/statistics/homogeneity.ts';
import { markedAtLeast, markedAtMost, shareDiffers } from '#core/statistics/hypergeometric.ts';
import { largestBinnedGap } from '#core/statistics/smirnov.ts';

function assertClose(actual: number, expected: number): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.abs(expected) + 1e-300,
    `${actual} is not ${expected}`,
  );
}

// Fisher's tea: four of eight cups have the milk first, four are pointed out. 70 ways; 1, 16, 36, 16, 1 of them right 4, 3, 2, 1, 0 times.
const TEA = { total: 8, marked: 4, drawn: 4 };

for (const [right, chance] of [
  [0, 1],
  [1, 69 / 70],
  [2, 53 / 70],
  [3, 17 / 70],
  [4, 1 / 70],
  [5, 0],
] as const) {
  test(`${right} cups or more by chance: ${chance}`, () => assertClose(markedAtLeast(right, TEA), chance));
}

test('the other tail counts from below, and both sides together are twice the smaller', () => {
  assertClose(markedAtMost(0, TEA), 1 / 70);
  assertClose(markedAtMost(1, TEA), 17 / 70);
  assertClose(shareDiffers(4, TEA), 2 / 70);
  assert.equal(shareDiffers(2, TEA), 1);
});

// C(2000, 100) / C(22000, 100): the product of (2000 − i) / (22000 − i).
test('a far tail keeps its digits: all of 100 missing rows in a window of 2,000 beside 20,000', () => {
  let expected = 1;
  for (let i = 0; i < 100; i++) expected *= (2000 - i) / (22_000 - i);

  assertClose(markedAtLeast(100, { total: 22_000, marked: 100, drawn: 2000 }) / expected, 1);
});

for (const { k, rows, reference, expected } of [
  { k: 0, rows: 10, reference: 10, expected: 1 },
  { k: 1, rows: 10, reference: 10, expected: 1 / 2 },
  { k: 2, rows: 10, reference: 10, expected: (10 / 20) * (9 / 19) },
  { k: 3, rows: 3, reference: 7, expected: (3 / 10) * (2 / 9) * (1 / 8) },
  { k: 4, rows: 3, reference: 7, expected: 0 },
]) {
  test(`${k} or more of ${rows} rows beyond the maximum of ${reference}: ${expected}`, () => {
    assertClose(beyondExtreme(k, { rows, reference }), expected);
  });
}

// X² = 60 · (10·10 − 20·20)² / 30⁴ = 20/3. G = 2 (20 ln(10/15) + 40 ln(20/15)) = 6.7959; Williams' q = 1 + 3 · 3 / 360.
test('two rows of counts, by Pearson and by likelihood', () => {
  const found = homogeneity({ reference: [10, 20], current: [20, 10] });

  assertClose(found.pearson, 20 / 3);
  assertClose(found.likelihood, (2 * (20 * Math.log(10 / 15) + 40 * Math.log(20 / 15))) / 1.025);
  assert.equal(found.freedom, 1);
});

test('empty bins count for nothing, and one bin says nothing', () => {
  assert.equal(homogeneity({ reference: [5, 0, 5], current: [5, 0, 5] }).freedom, 1);
  assert.equal(homogeneity({ reference: [7], current: [9] }).pValue, 1);
});

// Pearson's X² is alone too eager here: 5 rows expected, chances of one in ten thousand.
test('few rows in a bin alarm no more often than stated, far out too', () => {
  const random = seededRandom('thin bins');
  const shares = [0.025, 0.975];
  const [runs, stated] = [100_000, 1e-3];

  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const reference = drawMultinomial(20_000, shares, random);
    const current = drawMultinomial(200, shares, random);
    if (homogeneity({ reference, current }).pValue <= stated) alarms++;
  }

  assert.ok(alarms <= runs * stated + 3 * Math.sqrt(runs * stated), `${alarms} of ${runs}`);
});

// F jumps from 0.5 to 1, G from 0.8: D = 0.3 at the first edge, N n / (N + n) = 50, p = 2 exp(−2 · 50 · 0.09).
test('the largest gap, where it is, and a p-value', () => {
  const found = largestBinnedGap({ reference: [50, 50], current: [80, 20] });

  assertClose(found.gap, 0.3);
  assert.equal(found.bin, 0);
  assertClose(found.pValue, 2 * Math.exp(-9));
});
