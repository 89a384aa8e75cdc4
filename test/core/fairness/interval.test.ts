import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { fairnessMetrics } from '#core/fairness/index.ts';
import { estimateFairness } from '#core/fairness/interval.ts';
import { measureFairness, type NamedGroup } from '#core/fairness/metric.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';

const metric = fairnessMetrics.equalized_odds_difference;

/** Eight groups, the furthest true-positive rates .10 apart: percentiles of a bootstrap would miss this to the right 95 times of 100. */
const SHARES = [0.5, 0.5, 0.55, 0.6, 0.55, 0.5, 0.52, 0.58].flatMap((tpr) => [
  0.3 * tpr,
  0.7 * 0.2,
  0.3 * (1 - tpr),
  0.7 * 0.8,
]);

test('each end of the interval misses the truth in few of 60 samples, even with eight groups', () => {
  const random = seededRandom('coverage');
  let below = 0;
  let above = 0;

  for (let sample = 0; sample < 60; sample++) {
    const { interval } = estimateFairness(metric, groupsOf(drawMultinomial(3000, SHARES, random)), random);
    if (!interval) assert.fail('no interval');
    if (interval.low > 0.1) below++;
    if (interval.high < 0.1) above++;
  }

  // 2.5 % each: 60 samples give more than 5 with a chance below 1 %.
  assert.ok(below <= 5 && above <= 5, `${below} and ${above} of 60`);
});

test('the point is the plain metric and lies in its interval, which the same seed gives again', () => {
  const groups = groupsOf([40, 30, 20, 110, 35, 30, 25, 110]);

  const first = estimateFairness(metric, groups, seededRandom('a'));
  const second = estimateFairness(metric, groups, seededRandom('a'));

  assert.deepEqual(first, second);
  assert.equal(first.point, measureFairness(metric, groups));
  assert.ok(
    first.interval && first.interval.low <= Number(first.point) && first.interval.high >= Number(first.point),
  );
});

test('ten times the rows give a narrower interval', () => {
  const width = (times: number) => {
    const cells = [40, 30, 20, 110, 35, 30, 25, 110].map((count) => count * times);
    const { interval } = estimateFairness(
      fairnessMetrics.demographic_parity_ratio,
      groupsOf(cells),
      seededRandom('w'),
    );
    return interval ? interval.high - interval.low : Number.NaN;
  };

  assert.ok(width(10) < width(1));
});

for (const name of ['equalized_odds_difference', 'demographic_parity_ratio'] as const) {
  test(`${name} of rows that are there ten times over, as clusters of ten, is known no better than once`, () => {
    const groups = groupsOf([140, 130, 120, 310, 135, 130, 125, 310]);
    const tenfold = groups.map((group) => ({ ...group, counts: times(group.counts, 10) }));
    const clustered = tenfold.map((group, index) => {
      const { tp = 0, fp = 0, fn = 0, tn = 0 } = groups[index]?.counts ?? {};
      const products = [tp, 0, 0, 0, fp, 0, 0, fn, 0, tn].map((rows) => 100 * rows);
      return { ...group, clustering: { clusters: tp + fp + fn + tn, products } };
    });
    const width = (of: readonly NamedGroup[]) => {
      const { interval } = estimateFairness(fairnessMetrics[name], of, seededRandom('c'));
      return interval ? interval.high - interval.low : Number.NaN;
    };

    assert.ok(Math.abs(width(clustered) / width(groups) - 1) < 0.05);
    assert.ok(width(tenfold) < 0.5 * width(groups));
  });
}

test('weights that are all alike change nothing, unequal ones widen the interval', () => {
  const groups = groupsOf([40, 30, 20, 110, 35, 30, 25, 110]);
  const weighted = (squares: number) =>
    groups.map(({ name, counts }) => ({
      name,
      counts: times(counts, 2),
      weighing: { rows: counts, squares: times(counts, squares) },
    }));

  const plain = estimateFairness(metric, groups, seededRandom('w')).interval;
  const alike = estimateFairness(metric, weighted(4), seededRandom('w')).interval;
  const unequal = estimateFairness(metric, weighted(12), seededRandom('w')).interval;

  assert.ok(plain && alike && unequal);
  assert.ok(Math.abs(alike.high - plain.high) < 1e-12 && Math.abs(alike.low - plain.low) < 1e-12);
  assert.ok(unequal.high > plain.high);
});

for (const { name, shape, truth } of [
  { name: 'to overall', shape: { to: 'overall' }, truth: 0.05 },
  { name: 'of the mean of both rates', shape: { agg: 'mean' }, truth: 0.05 },
] as const) {
  test(`the interval ${name} holds the truth in all but few of 60 samples`, () => {
    const random = seededRandom(`coverage ${name}`);
    let missed = 0;

    for (let sample = 0; sample < 60; sample++) {
      // Two groups of equal size whose true-positive rates are .10 apart, .05 from that of all rows.
      const cells = drawMultinomial(3000, [0.18, 0.14, 0.12, 0.56, 0.15, 0.14, 0.15, 0.56], random);
      const { interval } = estimateFairness({ ...metric, ...shape }, groupsOf(cells), random);
      if (!interval || interval.low > truth || interval.high < truth) missed++;
    }

    // 5 % at most: 60 samples give more than 8 with a chance below 1 %.
    assert.ok(missed <= 8, `${missed} of 60`);
  });
}

function times<Counts extends Readonly<Record<string, number>>>(counts: Counts, factor: number): Counts {
  return Object.fromEntries(Object.entries(counts).map(([cell, count]) => [cell, factor * count])) as Counts;
}

function groupsOf(cells: readonly number[]) {
  return Array.from({ length: cells.length / 4 }, (_, group) => {
    const [tp = 0, fp = 0, fn = 0, tn = 0] = cells.slice(group * 4, group * 4 + 4);
    return { name: `group ${group}`, counts: { tp, fp, fn, tn } };
  });
}
