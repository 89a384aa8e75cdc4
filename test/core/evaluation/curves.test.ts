import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#core/chance.ts';
import { curvesOf } from '#core/evaluation/curves.ts';
import { CurvesEvidence } from '#core/evidence/curves.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';

// Expected values: the example of scikit-learn's `roc_curve` and `precision_recall_curve`.
test('the curves of four rows are those of scikit-learn', () => {
  const curves = curvesOf(predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));

  assert.deepEqual(
    curves?.roc.map(({ falsePositiveRate: x, truePositiveRate: y }) => [x, y]),
    [
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ],
  );
  assert.deepEqual(
    curves?.precisionRecall.map(({ recall, precision }) => [recall, precision]),
    [
      [0.5, 1],
      [0.5, 0.5],
      [1, 2 / 3],
      [1, 0.5],
    ],
  );
});

test('calibration has ten bins of equal size, lowest scores first, with the share that came true', () => {
  const scores = Array.from({ length: 100 }, (_, row) => row / 100);
  const labels = scores.map((score) => (score >= 0.5 ? 1 : 0));

  const bins = curvesOf(predictions(labels, scores))?.calibration ?? [];

  assert.deepEqual(
    bins.map(({ rows, observed }) => [rows, observed]),
    [0, 0, 0, 0, 0, 1, 1, 1, 1, 1].map((observed) => [10, observed]),
  );
  assert.ok(Math.abs((bins[0]?.predicted ?? 0) - 0.045) < 1e-12);
});

test('rows of one score stay in one bin, and the bins after it keep their size', () => {
  const scores = Array.from({ length: 100 }, (_, row) => (row < 50 ? 0.1 : row / 100));

  const bins =
    curvesOf(
      predictions(
        scores.map((_, row) => row % 2),
        scores,
      ),
    )?.calibration ?? [];

  assert.deepEqual(
    bins.map(({ rows }) => rows),
    [50, 10, 10, 10, 10, 10],
  );
});

test('a row of weight two counts as two rows, but is no more certain than one', () => {
  const twice = predictions([0, 1, 1, 0], [0.2, 0.2, 0.6, 0.6], [2, 2, 2, 2]);
  const once = predictions([0, 1, 1, 0], [0.2, 0.2, 0.6, 0.6]);

  const [weighted, plain] = [twice, once].map((each) => curvesOf(each));

  assert.deepEqual(weighted?.roc, plain?.roc);
  assert.deepEqual(weighted?.precisionRecall, plain?.precisionRecall);
  assert.deepEqual(
    weighted?.calibration.map(({ rows, ...rest }) => ({ ...rest, rows: rows / 2 })),
    plain?.calibration,
  );
});

test('however many rows there are, the curves are short, and keep both ends', () => {
  const random = seededRandom('curves');
  const scores = Array.from({ length: 20_000 }, () => random.next());
  const labels = scores.map((score) => (random.next() < score * score ? 1 : 0));

  const candidate = curvesOf(predictions(labels, scores));

  assert.ok(candidate);
  assert.ok(CurvesEvidence.safeParse({ candidate, champion: null }).success);
  assert.equal(candidate.roc.length, 50);
  assert.deepEqual(candidate.roc[0], { falsePositiveRate: 0, truePositiveRate: 0 });
  assert.deepEqual(candidate.roc.at(-1), { falsePositiveRate: 1, truePositiveRate: 1 });
  assert.equal(candidate.precisionRecall.at(-1)?.recall, 1);
});

test('scores that are no probabilities have no calibration', () => {
  assert.deepEqual(curvesOf(predictions([0, 1], [-3, 7]))?.calibration, []);
});

test('rows of one class have no curves', () => {
  assert.equal(curvesOf(predictions([1, 1], [0.1, 0.2])), undefined);
});

function predictions(
  labels: readonly number[],
  scores: readonly number[],
  weights?: readonly number[],
): BinaryPredictions {
  return {
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    threshold: 0.5,
    ...(weights && { weights: Float64Array.from(weights) }),
  };
}
