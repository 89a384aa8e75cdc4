/** Worked out by hand: selection rates of .5, .4 and .1 in groups of 100, 100 and 200 rows, which make .275 of all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disparities } from '#core/fairness/disparities.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from '#core/fairness/metric.ts';
import { isDefined } from '#core/metrics/metric.ts';

const selected = (
  name: string,
  rows: number,
  positive: number,
  more: Partial<NamedGroup> = {},
): NamedGroup => ({
  name,
  counts: { tp: positive, fp: 0, fn: 0, tn: rows - positive },
  ...more,
});
const GROUPS = [selected('a', 100, 50), selected('b', 100, 40), selected('c', 200, 20, { reference: true })];
const RATE: readonly FairnessMetric['rates'][number][] = ['selection_rate'];

for (const { name, metric, groups = GROUPS, expected } of [
  { name: 'a difference between groups', metric: { kind: 'difference', rates: RATE }, expected: 0.4 },
  { name: 'a ratio between groups', metric: { kind: 'ratio', rates: RATE }, expected: 0.2 },
  {
    name: 'a difference to overall',
    metric: { kind: 'difference', rates: RATE, to: 'overall' },
    expected: 0.5 - 0.275,
  },
  {
    name: 'a ratio to overall, inverted above 1',
    metric: { kind: 'ratio', rates: RATE, to: 'overall' },
    expected: 0.1 / 0.275,
  },
  {
    name: 'a ratio to the reference',
    metric: { kind: 'ratio', rates: RATE, to: 'reference' },
    expected: 0.1 / 0.5,
  },
  {
    name: 'a share of all predicted positive, against the reference',
    metric: disparities.ppr_disparity,
    expected: 20 / 50,
  },
  {
    name: 'the worst of two levels of a control feature',
    metric: { kind: 'difference', rates: RATE },
    groups: [
      selected('a', 100, 50, { level: 'north' }),
      selected('b', 100, 40, { level: 'north' }),
      selected('a', 100, 10, { level: 'south' }),
      selected('b', 100, 25, { level: 'south' }),
    ],
    expected: 0.15,
  },
  {
    name: 'a group set aside, which belongs to all rows nevertheless',
    metric: { kind: 'difference', rates: RATE, to: 'overall' },
    groups: [selected('a', 100, 50), selected('b', 100, 40), selected('c', 200, 20, { aside: true })],
    expected: 0.5 - 0.275,
  },
  {
    name: 'the mean of two rates',
    metric: { kind: 'difference', rates: ['true_positive_rate', 'false_positive_rate'], agg: 'mean' },
    groups: [
      { name: 'a', counts: { tp: 50, fn: 50, fp: 10, tn: 90 } },
      { name: 'b', counts: { tp: 30, fn: 70, fp: 20, tn: 80 } },
    ],
    expected: 0.15,
  },
] satisfies readonly {
  name: string;
  metric: FairnessMetric;
  groups?: readonly NamedGroup[];
  expected: number;
}[]) {
  test(`${name} is ${expected.toFixed(4)}`, () => {
    const value = measureFairness(metric, groups);

    assert.ok(isDefined(value) && Math.abs(value - expected) < 1e-12, JSON.stringify(value));
  });
}

for (const { name, metric, groups, reason } of [
  {
    name: 'a reference of 0 beside a group of 0 (Aequitas: NaN, which does not fail its verdict)',
    metric: { kind: 'ratio', rates: RATE, to: 'reference' },
    groups: [selected('a', 100, 0), selected('b', 100, 0, { reference: true })],
    reason: 'selection_rate is 0 in a and in b: 0/0',
  },
  {
    name: 'a level without the reference alone',
    metric: { kind: 'ratio', rates: RATE, to: 'reference' },
    groups: [selected('a', 100, 10), selected('b', 100, 20)],
    reason: 'no group is there to hold against reference',
  },
  {
    name: 'levels with one group each',
    metric: { kind: 'difference', rates: RATE },
    groups: [selected('a', 100, 10, { level: 'north' }), selected('b', 100, 20, { level: 'south' })],
    reason: 'fewer than two groups have rows',
  },
] satisfies readonly {
  name: string;
  metric: FairnessMetric;
  groups: readonly NamedGroup[];
  reason: string;
}[]) {
  test(`${name} has no value`, () => {
    assert.deepEqual(measureFairness(metric, groups), { reason });
  });
}

test('a reference of 0 beside a group that is not is as far apart as can be (Aequitas: 10)', () => {
  const groups = [selected('a', 100, 10), selected('b', 100, 0, { reference: true })];

  assert.equal(measureFairness(disparities.pprev_disparity, groups), 0);
});
