/** Values worked out by hand; where scikit-learn would warn and answer 0, there is a reason instead. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Task } from '#core/config/evaluate.ts';
import { isMetricOf, type MetricName, measuresOf, metricNames, metrics } from '#core/metrics/index.ts';
import { isDefined, type Metric } from '#core/metrics/metric.ts';
import { clusters, type Predictions } from '#core/metrics/predictions.ts';

for (const { name, metric, labels, scores, expected } of [
  {
    name: 'ties count half',
    metric: 'roc_auc',
    labels: [1, 0, 1, 0],
    scores: [0.5, 0.5, 0.5, 0.5],
    expected: 0.5,
  },
  {
    name: 'one tie among pairs',
    metric: 'roc_auc',
    labels: [1, 1, 0, 0],
    scores: [0.9, 0.4, 0.4, 0.1],
    expected: 0.875,
  },
  { name: 'a perfect ranking', metric: 'roc_auc', labels: [1, 0], scores: [3, -2], expected: 1 },
  {
    name: 'no positive row',
    metric: 'roc_auc',
    labels: [0, 0],
    scores: [0.1, 0.9],
    expected: 'no row is positive',
  },
  {
    name: 'no negative row',
    metric: 'roc_auc',
    labels: [1, 1],
    scores: [0.1, 0.9],
    expected: 'no row is negative',
  },
  { name: 'no row at all', metric: 'roc_auc', labels: [], scores: [], expected: 'no row is positive' },
  // R: 0.5 at precision 1, then both at 2/3.
  {
    name: 'ranks 1 and 3',
    metric: 'average_precision',
    labels: [1, 0, 1],
    scores: [0.9, 0.8, 0.7],
    expected: 0.5 + 0.5 * (2 / 3),
  },
  {
    name: 'all tied',
    metric: 'average_precision',
    labels: [1, 0, 0, 1],
    scores: [1, 1, 1, 1],
    expected: 0.5,
  },
  {
    name: 'no positive row',
    metric: 'average_precision',
    labels: [0],
    scores: [0.5],
    expected: 'no row is positive',
  },
  { name: 'a score on the threshold', metric: 'recall', labels: [1], scores: [0.5], expected: 1 },
  {
    name: 'nothing predicted positive',
    metric: 'precision',
    labels: [1, 0],
    scores: [0.1, 0.2],
    expected: 'no row was predicted positive',
  },
  {
    name: 'no positive row',
    metric: 'recall',
    labels: [0, 0],
    scores: [0.9, 0.2],
    expected: 'no row is positive',
  },
  {
    name: 'nothing positive anywhere',
    metric: 'f1',
    labels: [0],
    scores: [0.2],
    expected: 'no row is positive and none was predicted positive',
  },
  { name: 'only wrong positives', metric: 'f1', labels: [0], scores: [0.9], expected: 0 },
  { name: 'one class', metric: 'balanced_accuracy', labels: [1, 1], scores: [0.9, 0.1], expected: 0.5 },
  { name: 'a certain mistake', metric: 'log_loss', labels: [1], scores: [0], expected: 52 * Math.LN2 },
  {
    name: 'a margin',
    metric: 'log_loss',
    labels: [1],
    scores: [-3.2],
    expected: 'scores are no probabilities: -3.2 is outside 0 to 1',
  },
  {
    name: 'a margin',
    metric: 'brier_score',
    labels: [1],
    scores: [7],
    expected: 'scores are no probabilities: 7 is outside 0 to 1',
  },
  { name: 'no rows', metric: 'accuracy', labels: [], scores: [], expected: 'no rows' },
] satisfies readonly {
  name: string;
  metric: MetricName;
  labels: number[];
  scores: number[];
  expected: number | string;
}[]) {
  test(`${metric} of ${name} is ${expected}`, () => {
    const actual = measure(metric, {
      task: 'binary-classification',
      labels: Uint8Array.from(labels),
      scores: Float64Array.from(scores),
      threshold: 0.5,
    });

    if (typeof expected === 'string') assert.equal(actual, expected);
    else assert.ok(Math.abs(Number(actual) - expected) < 1e-12, String(actual));
  });
}

test('a class that is never predicted leaves macro precision undefined, by name', () => {
  const predictions: Predictions = {
    task: 'multiclass-classification',
    classes: ['cat', 'dog', 'owl'],
    labels: Int32Array.of(0, 1, 2),
    predicted: Int32Array.of(0, 1, 1),
    scores: null,
  };

  assert.equal(measure('precision', predictions), 'class owl: no row was predicted positive');
  assert.equal(measure('accuracy', predictions), 2 / 3);
  assert.equal(measure('roc_auc', predictions), 'only the predicted class is known, no scores');
});

const ONE_LIST = (labels: readonly number[], scores: readonly number[]): Predictions => ({
  task: 'ranking',
  lists: clusters(
    labels.map(() => 'q'),
    labels.length,
  ),
  labels: Float64Array.from(labels),
  scores: Float64Array.from(scores),
});

for (const { name, metric, labels, scores, expected } of [
  {
    name: 'ranks 2 and 3',
    metric: 'mean_reciprocal_rank',
    labels: [0, 1, 1],
    scores: [3, 2, 1],
    expected: 1 / 2,
  },
  // The one relevant of three tied rows is first, second or third, each as likely.
  {
    name: 'a tie of three',
    metric: 'mean_reciprocal_rank',
    labels: [0, 1, 0],
    scores: [1, 1, 1],
    expected: (1 + 1 / 2 + 1 / 3) / 3,
  },
  // Of two relevant among three tied rows the first is first (2/3) or second (1/3), after one row above.
  {
    name: 'a tie of three with two relevant',
    metric: 'mean_reciprocal_rank',
    labels: [0, 1, 0, 1],
    scores: [2, 1, 1, 1],
    expected: (2 / 3) * (1 / 2) + (1 / 3) * (1 / 3),
  },
  // Places 10 and 11 are tied, one of them relevant: half a hit.
  {
    name: 'a tie that the tenth place cuts',
    metric: 'precision_at_10',
    labels: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    scores: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0],
    expected: 1.5 / 10,
  },
  {
    name: 'a tie that the tenth place cuts',
    metric: 'recall_at_10',
    labels: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    scores: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0],
    expected: 1.5 / 2,
  },
  { name: 'graded relevance', metric: 'dcg', labels: [3, 0, 1], scores: [3, 2, 1], expected: 3 + 1 / 2 },
  { name: 'all tied', metric: 'ndcg', labels: [1, 0], scores: [5, 5], expected: (1 + 1 / Math.log2(3)) / 2 },
  {
    name: 'nothing relevant',
    metric: 'ndcg',
    labels: [0, 0],
    scores: [1, 2],
    expected: 'no list has a relevant row',
  },
] satisfies readonly {
  name: string;
  metric: MetricName;
  labels: number[];
  scores: number[];
  expected: number | string;
}[]) {
  test(`${metric} of ${name} is ${expected}`, () => {
    const actual = measure(metric, ONE_LIST(labels, scores));

    if (typeof expected === 'string') assert.equal(actual, expected);
    else assert.ok(Math.abs(Number(actual) - expected) < 1e-12, String(actual));
  });
}

for (const { name, metric, labels, scores, expected } of [
  { name: 'two rows', metric: 'median_absolute_error', labels: [0, 0], scores: [1, 3], expected: 2 },
  {
    name: 'a label of 0',
    metric: 'mean_absolute_percentage_error',
    labels: [0, 1],
    scores: [1, 1],
    expected: 'a label is 0',
  },
  {
    name: 'a label of −1',
    metric: 'mean_squared_log_error',
    labels: [-1],
    scores: [1],
    expected: 'a label or prediction is −1 or less, and has no logarithm',
  },
  {
    name: 'a prediction of 0',
    metric: 'mean_poisson_deviance',
    labels: [1],
    scores: [0],
    expected: 'a label is negative, or a prediction is not positive',
  },
  {
    name: 'a label of 0',
    metric: 'mean_gamma_deviance',
    labels: [0],
    scores: [1],
    expected: 'a label or prediction is not positive',
  },
  {
    name: 'a constant error',
    metric: 'explained_variance',
    labels: [1, 2, 3],
    scores: [2, 3, 4],
    expected: 1,
  },
  // Three times a tenth is no three tenths in floating point, and yet the same label.
  {
    name: 'a constant label',
    metric: 'r2',
    labels: [0.1, 0.1, 0.1],
    scores: [0, 0, 0],
    expected: 'all labels are the same',
  },
  { name: 'no rows', metric: 'max_error', labels: [], scores: [], expected: 'no rows' },
] satisfies readonly {
  name: string;
  metric: MetricName;
  labels: number[];
  scores: number[];
  expected: number | string;
}[]) {
  test(`${metric} of ${name} is ${expected}`, () => {
    const actual = measure(metric, {
      task: 'regression',
      labels: Float64Array.from(labels),
      scores: Float64Array.from(scores),
    });

    assert.equal(actual, expected);
  });
}

test('every metric says whose it is, and speaks of one task at least', () => {
  const strangers = metricNames.filter((name) => {
    const metric: Metric = metrics[name];
    return (
      metric.source === '' || metric.formula === '' || !Task.options.some((task) => isMetricOf(metric, task))
    );
  });

  assert.deepEqual(strangers, []);
});

test('R² of a constant label is undefined', () => {
  const predictions: Predictions = {
    task: 'regression',
    labels: Float64Array.of(2, 2),
    scores: Float64Array.of(2, 2),
  };

  assert.equal(measure('r2', predictions), 'all labels are the same');
});

const rows = fc.array(
  fc.record({
    label: fc.constantFrom(0, 1),
    score: fc.constantFrom(0, 0.1, 0.25, 0.5, 0.75, 1),
    times: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 40 },
);

test('a whole weight is the row that many times', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const weighted = measureAll(
        drawn,
        drawn.map(({ times }) => times),
      );
      const repeated = drawn.flatMap((row) => Array.from({ length: row.times }, () => row));
      const plain = measureAll(
        repeated,
        repeated.map(() => 1),
      );

      for (const name of Object.keys(weighted)) {
        const [a, b] = [weighted[name], plain[name]];
        if (typeof a === 'number' && typeof b === 'number') assert.ok(Math.abs(a - b) < 1e-12, name);
        else assert.equal(typeof a, typeof b, name);
      }
    }),
  );
});

test('every defined value lies in the range that the metric promises', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      for (const [name, value] of Object.entries(
        measureAll(
          drawn,
          drawn.map(() => 1),
        ),
      )) {
        const [least, most] = metrics[name as MetricName].range;
        if (typeof value === 'number') assert.ok(value >= least && value <= most, `${name} ${value}`);
      }
    }),
  );
});

test('ROC AUC of turned scores is one minus it', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const straight = measureAll(
        drawn,
        drawn.map(() => 1),
      ).roc_auc;
      const turned = measureAll(
        drawn.map((row) => ({ ...row, score: 1 - row.score })),
        drawn.map(() => 1),
      ).roc_auc;

      if (typeof straight === 'number') assert.ok(Math.abs(straight + Number(turned) - 1) < 1e-12);
    }),
  );
});

function measure(metric: MetricName, predictions: Predictions): number | string {
  const weights = new Float64Array(predictions.labels.length).fill(1);
  const value =
    measuresOf(predictions)
      .find(({ name }) => name === metric)
      ?.measure(weights) ?? Number.NaN;
  return isDefined(value) ? value : value.reason;
}

function measureAll(
  drawn: readonly { label: number; score: number }[],
  times: readonly number[],
): Record<string, number | string> {
  const predictions: Predictions = {
    task: 'binary-classification',
    labels: Uint8Array.from(drawn, ({ label }) => label),
    scores: Float64Array.from(drawn, ({ score }) => score),
    threshold: 0.5,
  };
  return Object.fromEntries(
    measuresOf(predictions).map(({ name, measure: run }) => {
      const value = run(Float64Array.from(times));
      return [name, isDefined(value) ? value : value.reason];
    }),
  );
}
