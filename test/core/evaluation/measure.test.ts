import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureContest } from '#core/evaluation/measure.ts';
import type { BinaryPredictions, RegressionPredictions } from '#core/metrics/predictions.ts';
import { uniform } from '#test/support/numbers.ts';

test('two models that agree on every row differ by nothing, within what 3 of n rows could change', () => {
  const candidate = binary(500, 0.3);

  const [auc] = measureContest({ candidate, champion: candidate, seed: 'same' });

  assert.deepEqual(auc?.difference, { point: 0, low: -3 / 500, high: 3 / 500 });
});

test('a perfect score on few rows is not certain', () => {
  const labels = Uint8Array.from({ length: 60 }, (_, row) => row % 2);
  const candidate: BinaryPredictions = {
    task: 'binary-classification',
    labels,
    scores: Float64Array.from(labels),
    threshold: 0.5,
  };

  const accuracy = measureContest({ candidate, champion: null, seed: 'perfect' }).find(
    ({ metric }) => metric === 'accuracy',
  );

  assert.deepEqual(accuracy?.candidate, { point: 1, low: 1 - 3 / 60, high: 1 });
});

for (const { name, candidate, metric, reason } of [
  {
    name: 'few rows',
    candidate: binary(19, 0.5),
    metric: 'accuracy',
    reason: '19 rows are too few for an interval (20)',
  },
  {
    name: 'few positives',
    candidate: binary(400, 0.01),
    metric: 'roc_auc',
    reason: /^\d positive rows are too few for an interval \(10\)$/,
  },
] as const) {
  test(`${name} have a point and no interval`, () => {
    const found = measureContest({ candidate, champion: null, seed: 'few' }).find(
      (each) => each.metric === metric,
    );

    assert.equal(typeof found?.candidate.point, 'number');
    assert.equal(found?.candidate.low, null);
    assert.match(
      found?.candidate.reason ?? '',
      typeof reason === 'string' ? new RegExp(`^${reason.replace(/[()]/g, '\\$&')}$`) : reason,
    );
  });
}

test('few positives leave metrics of all rows their interval', () => {
  const found = measureContest({ candidate: binary(400, 0.01), champion: null, seed: 'few' }).find(
    ({ metric }) => metric === 'brier_score',
  );

  assert.equal(typeof found?.candidate.low, 'number');
});

test('one class alone has no ROC AUC, and says why', () => {
  const [auc] = measureContest({ candidate: binary(100, 0), champion: null, seed: 'one class' });

  assert.deepEqual(auc?.candidate, { point: null, low: null, high: null, reason: 'no row is positive' });
});

test('errors too large for a number are undefined, not infinite', () => {
  const candidate: RegressionPredictions = {
    task: 'regression',
    labels: Float64Array.from(uniform(1, 30)),
    scores: new Float64Array(30).fill(1e200),
  };

  const rmse = measureContest({ candidate, champion: null, seed: 'huge' }).find(
    ({ metric }) => metric === 'root_mean_squared_error',
  );

  assert.equal(rmse?.candidate.point, null);
});

function binary(rows: number, share: number): BinaryPredictions {
  const labels = Uint8Array.from(uniform(4, rows), (u) => (u < share ? 1 : 0));
  const scores = Float64Array.from(uniform(5, rows), (u, row) => 0.7 * u + 0.3 * (labels[row] ?? 0));
  return { task: 'binary-classification', labels, scores, threshold: 0.5 };
}
