import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fairnessMetrics } from '#core/fairness/index.ts';
import { worstPair } from '#core/fairness/worst-pair.ts';

const group = (name: string, truePositives: number, falsePositives: number) => ({
  name,
  counts: { tp: truePositives, fn: 100 - truePositives, fp: falsePositives, tn: 100 - falsePositives },
});

test('of two rates the one with the wider gap tells, the group with fewer finds first', () => {
  assert.deepEqual(
    worstPair(fairnessMetrics.equalized_odds_difference, [
      group('a', 46, 10),
      group('b', 30, 15),
      group('c', 12, 20),
    ]),
    {
      rate: 'true_positive_rate',
      worse: { name: 'c', value: 0.12 },
      better: { name: 'a', value: 0.46 },
      level: '',
    },
  );
});

test('of false alarms, the group with more comes first', () => {
  assert.deepEqual(
    worstPair(fairnessMetrics.equalized_odds_difference, [group('a', 50, 10), group('b', 50, 40)]),
    {
      rate: 'false_positive_rate',
      worse: { name: 'b', value: 0.4 },
      better: { name: 'a', value: 0.1 },
      level: '',
    },
  );
});

test('one group alone is no pair', () => {
  assert.equal(worstPair(fairnessMetrics.demographic_parity_ratio, [group('a', 50, 10)]), undefined);
});
