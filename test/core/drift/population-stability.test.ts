/** Our PSI: the formula, and a limit that keeps its promise about false alarms at every size. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { categoryBins, edgesOf } from '#core/drift/bins.ts';
import { populationStability, stability } from '#core/drift/population-stability.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';
import { chiSquaredAbove, chiSquaredLimit, normalAbove } from '#core/statistics/gamma.ts';

for (const { name, reference, current, expected } of [
  { name: 'equal histograms', reference: [50, 50], current: [50, 50], expected: 0 },
  { name: 'a population that moved', reference: [50, 50], current: [80, 20], expected: 0.4158883083 },
  // (0.5 − 1)·ln(0.5) + (0.5 − 0.005)·ln(0.5 / 0.005)
  {
    name: 'an empty bin, which stays finite',
    reference: [50, 50],
    current: [100, 0],
    expected: 2.6261328323,
  },
]) {
  test(`psi of ${name} is ${expected}`, () => {
    const psi = populationStability({ keys: [], reference, current });

    assert.ok(Math.abs(psi - expected) < 1e-9, String(psi));
  });
}

const TENTHS = new Array<number>(10).fill(0.1);
const THIN = [...new Array<number>(19).fill(0.025), 0.525];

for (const { rows, others, shares } of [
  { rows: 200, others: 200, shares: TENTHS },
  { rows: 20_000, others: 200, shares: TENTHS },
  { rows: 2000, others: 2000, shares: TENTHS },
  { rows: 200_000, others: 200_000, shares: TENTHS },
  { rows: 200, others: 200, shares: THIN },
  { rows: 20_000, others: 200, shares: THIN },
]) {
  test(`without drift, ${rows} rows against ${others} in ${shares.length} bins alarm at most as often as stated`, () => {
    const random = seededRandom(`false alarms ${rows} ${others} ${shares.length}`);
    const [runs, stated] = [4000, 0.01];

    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const reference = drawMultinomial(rows, shares, random);
      const current = drawMultinomial(others, shares, random);
      const { psi, pValue, limit } = stability({ keys: [], reference, current }, stated);
      if (psi >= limit && pValue <= stated) alarms++;
    }

    // Three standard errors above the stated rate.
    assert.ok(alarms <= runs * stated + 3 * Math.sqrt(runs * stated), `${alarms} of ${runs}`);
    assert.ok(alarms > runs * stated * 0.3, `${alarms} of ${runs}: the limit is far too high`);
  });
}

test('a quarter of a standard deviation is found in 2,000 rows at the limit of 300 columns', () => {
  const random = seededRandom('power');
  // Normal deciles, and their shares after a shift by 0.25.
  const moved = [0.0628, 0.0747, 0.0818, 0.088, 0.0939, 0.1, 0.1068, 0.1148, 0.1259, 0.1511];
  const reference = new Array<number>(10).fill(2000);

  let found = 0;
  for (let run = 0; run < 500; run++) {
    const current = drawMultinomial(2000, moved, random);
    if (stability({ keys: [], reference, current }, 0.01 / 300).pValue <= 0.01 / 300) found++;
  }

  assert.ok(found >= 0.8 * 500, `${found} of 500`);
});

test('repeated deciles are one edge, and the last bin holds something', () => {
  assert.deepEqual(edgesOf([0, 0, 0, 1, 2, 2, 5, 9, 9], 9), [0, 1, 2, 5]);
  assert.deepEqual(edgesOf([3, 3, 3], 3), []);
});

test('thin and unseen categories share a bin, missing values have one', () => {
  const bins = categoryBins(
    [
      { value: 'a', rows: 90 },
      { value: 'b', rows: 4 },
      { value: null, rows: 6 },
    ],
    [
      { value: 'a', rows: 80 },
      { value: 'c', rows: 20 },
    ],
  );

  assert.deepEqual(bins.keys, ['a', 'other', 'missing']);
  assert.deepEqual(
    [bins.reference, bins.current],
    [
      [90, 4, 6],
      [80, 20, 0],
    ],
  );
  assert.deepEqual(bins.unseen, [{ value: 'c', rows: 20 }]);
});

// scipy.stats.chi2.sf, chi2.isf, norm.sf
test('tails are those of scipy', () => {
  for (const [actual, expected] of [
    [chiSquaredAbove(3, 2), 0.22313016014842982],
    [chiSquaredAbove(40, 9), 7.598525229464264e-6],
    [chiSquaredLimit(0.01, 9), 21.665994333461924],
    [normalAbove(2.5), 0.006209665325776132],
    [normalAbove(-1), 0.8413447460685429],
  ] as const) {
    assert.ok(Math.abs(actual / expected - 1) < 1e-9, `${actual} is not ${expected}`);
  }
});
