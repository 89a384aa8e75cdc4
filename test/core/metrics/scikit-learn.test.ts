/**
 * Expected values by scikit-learn 1.9.1 on the same numbers:
 * y = u(11) < .4, score = round(clip(.7·u(12) + .3·y, 0, 1), 2), w = 1 + floor(4·u(13)), threshold .5;
 * classes floor(3·u(21)), scores u(22 + i) + .5·[y = i], normalised; y = 10·u(31), ŷ = y + 2·u(32) − 1.2.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measuresOf } from '#core/metrics/index.ts';
import { argmax, type Predictions, weightsOf } from '#core/metrics/predictions.ts';
import { uniform } from '#test/support/numbers.ts';

const ROWS = 300;
const weights = Float64Array.from(uniform(13, ROWS), (u) => 1 + Math.floor(4 * u));

for (const { name, predictions, expected } of [
  {
    name: 'binary',
    predictions: binary(),
    expected: {
      roc_auc: 0.849934407796102,
      average_precision: 0.8296597534007445,
      accuracy: 0.6966666666666667,
      balanced_accuracy: 0.7049287856071964,
      precision: 0.5850340136054422,
      recall: 0.7413793103448276,
      f1: 0.6539923954372624,
      log_loss: 0.4737581116637936,
      brier_score: 0.1604286666666667,
    },
  },
  {
    name: 'weighted binary',
    predictions: { ...binary(), weights },
    expected: {
      roc_auc: 0.8507827212806027,
      average_precision: 0.8333334981630999,
      accuracy: 0.6894736842105263,
      balanced_accuracy: 0.7026247645951036,
      precision: 0.5677083333333334,
      recall: 0.7569444444444444,
      f1: 0.6488095238095238,
      log_loss: 0.4727401873692805,
      brier_score: 0.16066289473684212,
    },
  },
  {
    name: 'multiclass',
    predictions: multiclass(),
    expected: {
      roc_auc: 0.9290055076065581,
      average_precision: 0.8773349121400917,
      accuracy: 0.8,
      balanced_accuracy: 0.7963163760127707,
      precision: 0.8006760643328876,
      recall: 0.7963163760127707,
      f1: 0.7961315141519819,
      log_loss: 0.6966342784169817,
      brier_score: 0.40224178566438423,
    },
  },
  {
    name: 'weighted multiclass',
    predictions: { ...multiclass(), weights },
    expected: {
      roc_auc: 0.929519906639694,
      average_precision: 0.8776438941943531,
      accuracy: 0.8131578947368421,
      balanced_accuracy: 0.8110337134089146,
      precision: 0.8149458907807118,
      recall: 0.8110337134089146,
      f1: 0.811269189471636,
      log_loss: 0.7002469351912862,
      brier_score: 0.4039292830410692,
    },
  },
  {
    name: 'regression',
    predictions: regression(),
    expected: {
      mean_absolute_error: 0.5018379525296257,
      root_mean_squared_error: 0.601527561677872,
      r2: 0.9562523276449512,
    },
  },
  {
    name: 'weighted regression',
    predictions: { ...regression(), weights },
    expected: {
      mean_absolute_error: 0.49474904441397816,
      root_mean_squared_error: 0.5974901598134696,
      r2: 0.9568953395699719,
    },
  },
] satisfies readonly { name: string; predictions: Predictions; expected: Record<string, number> }[]) {
  test(`every ${name} metric is scikit-learn's`, () => {
    const measured = measuresOf(predictions).map(({ name: metric, measure }) => [
      metric,
      measure(weightsOf(predictions)),
    ]);

    assert.deepEqual(measured.map(([metric]) => metric).sort(), Object.keys(expected).sort());
    for (const [metric, value] of measured) {
      const wanted = (expected as Record<string, number>)[String(metric)] ?? Number.NaN;
      assert.ok(Math.abs(Number(value) - wanted) < 1e-12, `${metric}: ${value}, scikit-learn ${wanted}`);
    }
  });
}

function binary() {
  const labels = Uint8Array.from(uniform(11, ROWS), (u) => (u < 0.4 ? 1 : 0));
  const scores = Float64Array.from(uniform(12, ROWS), (u, row) => {
    return Math.round(Math.min(1, u * 0.7 + 0.3 * (labels[row] ?? 0)) * 100) / 100;
  });
  return { task: 'binary-classification', labels, scores, threshold: 0.5 } as const;
}

function multiclass() {
  const labels = Int32Array.from(uniform(21, ROWS), (u) => Math.floor(3 * u));
  const columns = [22, 23, 24].map((seed, index) =>
    uniform(seed, ROWS).map((u, row) => u + (labels[row] === index ? 0.5 : 0)),
  );
  const scores = Float64Array.from({ length: ROWS * 3 }, (_, place) => {
    const row = Math.floor(place / 3);
    const total = columns.reduce((sum, column) => sum + (column[row] ?? 0), 0);
    return (columns[place % 3]?.[row] ?? 0) / total;
  });
  const classes = ['a', 'b', 'c'];
  return {
    task: 'multiclass-classification',
    classes,
    labels,
    scores,
    predicted: argmax(scores, 3),
  } as const;
}

function regression() {
  const labels = Float64Array.from(uniform(31, ROWS), (u) => 10 * u);
  const scores = Float64Array.from(uniform(32, ROWS), (u, row) => (labels[row] ?? 0) + 2 * u - 1.2);
  return { task: 'regression', labels, scores } as const;
}
