import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clustersBehind, quadratic, rootOf, unitMoments } from '#core/fairness/moments.ts';

/** Three clusters of a group: tp, fp, fn, tn of each are (2, 1, 0, 1), (0, 1, 2, 1) and (1, 0, 1, 2). */
const GROUP = {
  name: 'g',
  counts: { tp: 3, fp: 2, fn: 3, tn: 4 },
  clustering: { clusters: 3, products: [5, 2, 1, 4, 2, 2, 2, 5, 4, 6] },
};

test('the moments of clusters give the variance of a rate by the deviations of its clusters', () => {
  // True-positive rate 3/6; tp − ½·(tp + fn) is 1, −1 and 0 in the clusters: Σ² = 2, times 3/2, over 6².
  const variance = quadratic(unitMoments(GROUP), [0.5, 0, -0.5, 0]) / 6 ** 2;

  assert.ok(Math.abs(variance - 3 / 36) < 1e-15);
});

test('clusters that hold the rows of a rate count by how alike they are in size', () => {
  // Two positive rows in each; two, two and two negative ones.
  assert.ok(Math.abs((clustersBehind('true_positive_rate', GROUP) ?? 0) - 3) < 1e-12);
  assert.equal(clustersBehind('true_positive_rate', { name: 'g', counts: GROUP.counts }), undefined);
});

test('normal numbers through the root vary as the moments say, also where a cell is empty', () => {
  const moments = unitMoments({
    ...GROUP,
    counts: { tp: 3, fp: 0, fn: 3, tn: 4 },
    clustering: { clusters: 3, products: [5, 0, 1, 4, 0, 0, 0, 5, 4, 6] },
  });

  const root = rootOf(moments);

  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const product = [0, 1, 2, 3].reduce(
        (sum, k) => sum + (root[4 * i + k] ?? 0) * (root[4 * j + k] ?? 0),
        0,
      );
      assert.ok(Math.abs(product - (moments[4 * i + j] ?? 0)) < 1e-12, `${i} ${j}`);
    }
  }
});
