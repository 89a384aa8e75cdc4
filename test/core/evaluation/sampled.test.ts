import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clustersOfRows, sampledOf } from '#core/evaluation/sampled.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';

const rows: BinaryPredictions = {
  task: 'binary-classification',
  labels: Uint8Array.from([1, 0, 1, 0]),
  scores: Float64Array.from([0.9, 0.1, 0.8, 0.2]),
  threshold: 0.5,
};

test('a slice has only the clusters of its own rows', () => {
  assert.deepEqual(
    clustersOfRows(Int32Array.from([0, 0, 1, 2, 2, 3]), [1, 3, 4]),
    Int32Array.from([0, 1, 1]),
  );
});

// Kish: (2 + 1 + 1)² / (4 + 1 + 1) = 2.67.
test('uneven clusters count as fewer of one size', () => {
  const sampled = sampledOf(rows, Int32Array.from([0, 0, 1, 2]));

  assert.equal(sampled.units, 3);
  assert.ok(Math.abs(sampled.effective - 16 / 6) < 1e-12);
});
