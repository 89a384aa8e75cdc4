/**
 * Expected values by Fairlearn 0.15 (`between_groups`) on y = u(5) < .45, ŷ = u(6) < (y ? .6 : .25), g = floor(3·u(7)),
 * h = u(8) < .5, w = 1 + floor(4·u(9)), 240 rows.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionByGroup } from '#core/evaluation/confusion.ts';
import { groupRows } from '#core/evaluation/groups.ts';
import { type FairnessMetricName, fairnessMetrics } from '#core/fairness/index.ts';
import { measureFairness } from '#core/fairness/metric.ts';
import { isDefined } from '#core/metrics/metric.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';
import { uniform } from '#test/support/numbers.ts';

const ROWS = 240;
const labels = Uint8Array.from(uniform(5, ROWS), (u) => (u < 0.45 ? 1 : 0));
const predictions: BinaryPredictions = {
  task: 'binary-classification',
  labels,
  scores: Float64Array.from(uniform(6, ROWS), (u, row) => (u < (labels[row] === 1 ? 0.6 : 0.25) ? 1 : 0)),
  threshold: 0.5,
};
const columns = {
  g: uniform(7, ROWS).map((u) => 'abc'[Math.floor(3 * u)] ?? ''),
  h: uniform(8, ROWS).map((u) => (u < 0.5 ? 'm' : 'f')),
};
const weights = Float64Array.from(uniform(9, ROWS), (u) => 1 + Math.floor(4 * u));

for (const { metric, by, plain, weighted } of [
  {
    metric: 'demographic_parity_difference',
    by: ['g'],
    plain: 0.2717391304347826,
    weighted: 0.31442727379969326,
  },
  { metric: 'demographic_parity_ratio', by: ['g'], plain: 0.4791666666666667, weighted: 0.46142655081834716 },
  { metric: 'equalized_odds_difference', by: ['g'], plain: 0.2666666666666666, weighted: 0.3676885130373503 },
  { metric: 'equalized_odds_ratio', by: ['g'], plain: 0.37092391304347827, weighted: 0.28133608815426997 },
  {
    metric: 'equal_opportunity_difference',
    by: ['g'],
    plain: 0.2666666666666666,
    weighted: 0.2528735632183908,
  },
  { metric: 'equal_opportunity_ratio', by: ['g'], plain: 0.6000000000000001, weighted: 0.6206896551724138 },
  {
    metric: 'demographic_parity_difference',
    by: ['g', 'h'],
    plain: 0.6741935483870968,
    weighted: 0.624266862170088,
  },
  {
    metric: 'demographic_parity_ratio',
    by: ['g', 'h'],
    plain: 0.12916666666666668,
    weighted: 0.1800674049109292,
  },
  {
    metric: 'equalized_odds_difference',
    by: ['g', 'h'],
    plain: 0.7525252525252525,
    weighted: 0.7001424501424501,
  },
  {
    metric: 'equalized_odds_ratio',
    by: ['g', 'h'],
    plain: 0.11607142857142856,
    weighted: 0.15428571428571428,
  },
  {
    metric: 'equal_opportunity_difference',
    by: ['g', 'h'],
    plain: 0.7525252525252525,
    weighted: 0.7001424501424501,
  },
  {
    metric: 'equal_opportunity_ratio',
    by: ['g', 'h'],
    plain: 0.1534090909090909,
    weighted: 0.22537431048069345,
  },
] satisfies readonly { metric: FairnessMetricName; by: string[]; plain: number; weighted: number }[]) {
  test(`${metric} by ${by.join(' and ')} is Fairlearn's, plain and weighted`, () => {
    assert.ok(Math.abs(measure(metric, by, predictions) - plain) < 1e-9);
    assert.ok(Math.abs(measure(metric, by, { ...predictions, weights }) - weighted) < 1e-9);
  });
}

const some = { name: 'some', counts: { tp: 1, fp: 1, fn: 1, tn: 1 } };

for (const { name, metric, groups, expected } of [
  {
    name: 'a group without positive rows has no rate (Fairlearn: 0)',
    metric: 'equal_opportunity_difference',
    groups: [some, { name: 'b', counts: { tp: 0, fp: 1, fn: 0, tn: 3 } }],
    expected: 'true_positive_rate of b: no positive rows',
  },
  {
    name: 'nobody selected has no ratio (Fairlearn: NaN)',
    metric: 'demographic_parity_ratio',
    groups: [
      { name: 'a', counts: { tp: 0, fp: 0, fn: 1, tn: 1 } },
      { name: 'b', counts: { tp: 0, fp: 0, fn: 2, tn: 1 } },
    ],
    expected: 'selection_rate is 0 in a and in b: 0/0',
  },
  {
    name: 'an empty group is no group',
    metric: 'demographic_parity_difference',
    groups: [some, { name: 'none', counts: { tp: 0, fp: 0, fn: 0, tn: 0 } }],
    expected: 'fewer than two groups have rows',
  },
] satisfies readonly {
  name: string;
  metric: FairnessMetricName;
  groups: (typeof some)[];
  expected: string;
}[]) {
  test(name, () => {
    assert.deepEqual(measureFairness(fairnessMetrics[metric], groups), { reason: expected });
  });
}

function measure(metric: FairnessMetricName, by: readonly string[], of: BinaryPredictions): number {
  const grouping = groupRows(by, columns, ROWS);
  const groups = confusionByGroup(of, grouping).map((counts, index) => ({
    name: grouping.groups[index]?.join(', ') ?? '',
    counts,
  }));
  const value = measureFairness(fairnessMetrics[metric], groups);
  return isDefined(value) ? value : Number.NaN;
}
