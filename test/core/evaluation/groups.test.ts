import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusteringByGroup, confusionByGroup, weighingByGroup } from '#core/evaluation/confusion.ts';
import { measureGroups } from '#core/evaluation/group-metrics.ts';
import { groupingsWanted, groupRows } from '#core/evaluation/groups.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';
import { binaryPredictions } from '#test/support/predictions.ts';

const AGE = { column: 'age', bins: [18, 30] };

test('bins hold their lower edge, and missing ages are a group of their own', () => {
  const age = [17, 18, 29.9, 30, 99, null, Number.NaN];

  const { by, groups, codes } = groupRows([AGE], { age }, age.length);

  assert.deepEqual(by, ['age(18, 30)']);
  assert.deepEqual(groups, [['< 18'], ['[18, 30)'], ['≥ 30'], ['(missing)']]);
  assert.deepEqual([...codes], [0, 1, 1, 2, 2, 3, 3]);
});

test('intersections are those that rows are in, ordered by column: numbers by size, bins by edge', () => {
  const columns = { level: [10, 9, 10, 9], age: [40, 40, 20, 40] };

  const { groups, codes } = groupRows(['level', AGE], columns, 4);

  assert.deepEqual(groups, [
    ['9', '≥ 30'],
    ['10', '[18, 30)'],
    ['10', '≥ 30'],
  ]);
  assert.deepEqual([...codes], [2, 0, 1, 0]);
});

test('text where bins are wanted is refused with its row', () => {
  assert.throws(
    () => groupRows([AGE], { age: [18, 'old'] }, 2),
    /row 2, column age: expected a number to put into bins, got "old"/,
  );
});

test('a gate groups by its columns and its control features together', () => {
  const wanted = groupingsWanted(['sex'], [{ by: ['sex'] }, { by: ['sex'], control: [AGE] }]);

  assert.deepEqual(wanted, [['sex'], ['sex', AGE]]);
});

test('weighted counts know how many rows and what squares of weights stand behind them', () => {
  const predictions = {
    task: 'binary-classification',
    labels: Uint8Array.of(1, 1, 0, 0),
    scores: Float64Array.of(0.9, 0.8, 0.9, 0.1),
    threshold: 0.5,
    weights: Float64Array.of(2, 3, 0, 5),
  } as const;
  const grouping = groupRows(['g'], { g: ['a', 'a', 'a', 'a'] }, 4);

  assert.deepEqual(confusionByGroup(predictions, grouping), [{ tp: 5, fp: 0, fn: 0, tn: 5 }]);
  assert.deepEqual(weighingByGroup(predictions, grouping), [
    { rows: { tp: 2, fp: 0, fn: 0, tn: 1 }, squares: { tp: 13, fp: 0, fn: 0, tn: 25 } },
  ]);
});

test('clustered counts know how they vary from cluster to cluster, of each group', () => {
  const predictions = {
    task: 'binary-classification',
    labels: Uint8Array.of(1, 1, 0, 0, 1),
    scores: Float64Array.of(0.9, 0.8, 0.9, 0.1, 0.1),
    threshold: 0.5,
  } as const;
  const grouping = groupRows(['g'], { g: ['a', 'a', 'a', 'a', 'b'] }, 5);

  const clustering = clusteringByGroup(predictions, grouping, Int32Array.of(0, 0, 0, 1, 1));

  // a: cluster 0 has tp 2 and fp 1, cluster 1 has tn 1; b: cluster 1 has fn 1.
  assert.deepEqual(clustering, [
    { clusters: 2, products: [4, 2, 0, 0, 1, 0, 0, 0, 0, 1] },
    { clusters: 1, products: [0, 0, 0, 0, 0, 0, 0, 1, 0, 0] },
  ]);
});

test('a metric of a group whose rows are there ten times over, as clusters of ten, is known no better than once', () => {
  const once = binaryPredictions();
  const rows = Int32Array.from({ length: 10 * once.labels.length }, (_, row) => Math.floor(row / 10));
  const tenfold = {
    ...once,
    labels: Uint8Array.from(rows, (row) => once.labels[row] ?? 0),
    scores: Float64Array.from(rows, (row) => once.scores[row] ?? 0),
  };
  const width = (predictions: BinaryPredictions, clusters: Int32Array | undefined) => {
    const grouping = groupRows(['g'], { g: [] }, predictions.labels.length);
    const contest = { candidate: predictions, champion: null, clusters, seed: 'ten' };
    const { low, high } = measureGroups(contest, 'roc_auc', grouping).groups[0]?.candidate ?? {};
    return (high ?? Number.NaN) - (low ?? Number.NaN);
  };

  const known = width(once, undefined);
  const clustered = width(tenfold, rows);
  const independent = width(tenfold, undefined);

  assert.ok(Math.abs(clustered / known - 1) < 0.02, `${clustered} and ${known}`);
  assert.ok(independent < 0.4 * known, `${independent} and ${known}`);
});
