import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MergewayError } from '#core/errors.ts';
import { evaluatePredictions, type PredictionsRequest } from '#core/flows/evaluate-predictions.ts';
import type { Cell } from '#core/ports/table.ts';
import { tableOf } from '#test/support/table.ts';

const BINARY = {
  y: [1, 0, 1, 0, 1, 0],
  p: [0.9, 0.6, 0.7, 0.1, 0.4, 0.2],
  sex: ['f', 'f', 'f', 'm', 'm', 'm'],
  age: [30, 40, 30, 40, 30, 40],
  w: [1, 1, 2, 1, 1, 0],
};

test('binary predictions: the fixed shape, values by hand', async () => {
  const report = await run(BINARY, { by: ['sex'] });

  assert.equal(report.rows, 6);
  // tp 2 (.9, .7), fp 1 (.6), fn 1 (.4), tn 2; of 9 pairs only (.4, .6) is lost.
  assert.equal(report.metrics.accuracy, 4 / 6);
  assert.equal(report.metrics.precision, 2 / 3);
  assert.equal(report.metrics.roc_auc, 8 / 9);
  assert.deepEqual(
    report.groups.map(({ by, rows, metrics }) => [by, rows, metrics.recall]),
    [
      [{ sex: 'f' }, 3, 1],
      [{ sex: 'm' }, 3, 0],
    ],
  );
  // f: 3 of 3 selected, m: 0 of 3.
  assert.equal(report.fairness.demographic_parity_difference, 1);
  assert.equal(report.fairness.demographic_parity_ratio, 0);
  assert.equal(report.fairness.equal_opportunity_difference, 1);
});

test('groups are held against the largest by Aequitas’ names, too', async () => {
  const counts = [
    { sex: 'f', rows: [9, 1, 3, 7] },
    { sex: 'm', rows: [10, 4, 10, 16] },
  ];
  // tp, fp, fn, tn of women 9, 1, 3, 7 and of men, who are more, 10, 4, 10, 16.
  const rows = counts.flatMap(({ sex, rows: cells }) =>
    cells.flatMap((count, cell) =>
      Array.from({ length: count }, () => ({
        sex,
        y: cell === 0 || cell === 2 ? 1 : 0,
        p: cell < 2 ? 0.9 : 0.1,
      })),
    ),
  );

  const report = await run(
    { y: rows.map(({ y }) => y), p: rows.map(({ p }) => p), sex: rows.map(({ sex }) => sex) },
    { by: ['sex'] },
  );

  // Women 9 / 12 beside 10 / 20, inverted; 10 / 20 selected beside 14 / 40, inverted; 1 / 8 beside 4 / 20.
  assert.equal(report.disparities.tpr_disparity, 0.5 / 0.75);
  assert.equal(report.disparities.pprev_disparity, 14 / 40 / 0.5);
  assert.equal(report.disparities.fpr_disparity, 0.125 / 0.2);
  assert.equal(Object.keys(report.disparities).length, 10);
  assert.deepEqual(
    (await run(BINARY, { by: ['age'] })).reasons.disparities.tpr_disparity,
    'true_positive_rate of 40: no positive rows',
  );
});

test('a missing value is a group that says so, whether it is empty or NaN', async () => {
  const report = await run({ ...BINARY, age: [30, null, 30, null, 30, 30] }, { by: ['age'] });
  const nan = await run({ ...BINARY, age: [30, Number.NaN, 30, Number.NaN, 30, 30] }, { by: ['age'] });

  assert.deepEqual(report.groups[0]?.by, { age: '(missing)' });
  assert.deepEqual(nan.groups, report.groups);
});

test('an undefined value is null, and its reason stands in the same place', async () => {
  const report = await run(BINARY, { by: ['age'] });

  assert.equal(report.groups[0]?.metrics.roc_auc, null);
  assert.equal(report.reasons.groups[0]?.roc_auc, 'no row is negative');
  assert.equal(report.fairness.equalized_odds_difference, null);
  assert.equal(
    report.reasons.fairness.equalized_odds_difference,
    'true_positive_rate of 40: no positive rows',
  );
  assert.deepEqual(report.reasons.metrics, {});
});

test('several columns make their intersections, in order, numbers staying numbers', async () => {
  const report = await run(BINARY, { by: ['sex', 'age'] });

  assert.deepEqual(
    report.groups.map(({ by }) => by),
    [
      { sex: 'f', age: 30 },
      { sex: 'f', age: 40 },
      { sex: 'm', age: 30 },
      { sex: 'm', age: 40 },
    ],
  );
});

test('weights count rows more than once, or not at all', async () => {
  const report = await run(BINARY, { weight: 'w' });

  assert.equal(report.rows, 6);
  assert.equal(report.metrics.accuracy, (1 + 0 + 2 + 1 + 0 + 0) / 6);
});

test('the threshold itself is positive', async () => {
  const report = await run(BINARY, { threshold: 0.4 });

  assert.equal(report.metrics.recall, 1);
});

test('classes with a column of scores each', async () => {
  const cells = {
    y: ['a', 'b', 'c', 'b'],
    pa: [0.8, 0.2, 0.1, 0.5],
    pb: [0.1, 0.7, 0.2, 0.3],
    pc: [0.1, 0.1, 0.7, 0.2],
  };

  const report = await run(cells, { task: 'multiclass-classification', score: ['pa', 'pb', 'pc'] });

  assert.equal(report.metrics.accuracy, 0.75);
  assert.equal(report.metrics.roc_auc, 1);
  assert.deepEqual(report.fairness, {});
});

test('classes alone: what needs scores is null', async () => {
  const cells = { y: ['a', 'b', 'b'], p: ['a', 'b', 'a'] };

  const report = await run(cells, { task: 'multiclass-classification' });

  assert.equal(report.metrics.accuracy, 2 / 3);
  assert.equal(report.metrics.log_loss, null);
  assert.equal(report.reasons.metrics.log_loss, 'only the predicted class is known, no probabilities');
});

test('numbers', async () => {
  const report = await run({ y: [1, 2, 3], p: [1, 2, 5] }, { task: 'regression' });

  // Errors 0, 0, 2; the labels' spread is 2.
  const { mean_absolute_error, root_mean_squared_error, median_absolute_error, r2 } = report.metrics;
  assert.deepEqual(
    [mean_absolute_error, root_mean_squared_error, median_absolute_error, r2],
    [2 / 3, Math.sqrt(4 / 3), 0, -1],
  );
});

test('lists of a query each', async () => {
  const cells = {
    q: ['a', 'b', 'a', 'b', 'b', 'c'],
    y: [0, 1, 2, 0, 0, 0],
    p: [0.9, 0.1, 0.8, 0.5, 0.4, 0.3],
  };

  const report = await run(cells, { task: 'ranking', query: 'q' });

  // a: relevance 0 before 2; b: 0, 0, 1; c has nothing relevant and counts for DCG and precision only.
  assert.equal(report.metrics.mean_reciprocal_rank, (1 / 2 + 1 / 3) / 2);
  assert.equal(report.metrics.ndcg, (1 / Math.log2(3) + 1 / Math.log2(4)) / 2);
  assert.equal(report.metrics.dcg, (2 / Math.log2(3) + 1 / Math.log2(4) + 0) / 3);
  assert.equal(report.metrics.precision_at_10, (0.1 + 0.1 + 0) / 3);
  assert.equal(report.metrics.recall_at_10, 1);
});

test('series of forecasts, each counting alike', async () => {
  const cells = {
    s: ['a', 'a', 'a', 'b'],
    y: [10, 10, 10, 100],
    p: [11, 9, 10, 150],
    scale: [2, 2, 2, 25],
  };

  const report = await run(cells, { task: 'forecasting', series: 's', scale: 'scale' });

  // a misses by 2/3 on average, a third of its scale; b by 50, twice its scale.
  assert.ok(Math.abs(Number(report.metrics.mase) - (2 / 3 / 2 + 2) / 2) < 1e-12);
  assert.ok(Math.abs(Number(report.metrics.smape) - ((2 / 21 + 2 / 19) / 3 + 100 / 250) / 2) < 1e-12);
  assert.equal(report.metrics.mean_absolute_error, (1 + 1 + 0 + 50) / 4);
});

test('without the scale of each series there is no scaled error', async () => {
  const report = await run({ s: ['a'], y: [1], p: [2] }, { task: 'forecasting', series: 's' });

  assert.equal(report.metrics.mase, null);
  assert.equal(report.reasons.metrics.mase, 'no column has the scale of each series (`scale`)');
});

test('a threshold that is chosen on data is judged on rows that did not choose it', async () => {
  // Noise: whatever one half prefers says nothing of the other.
  const rows = Array.from({ length: 400 }, (_, row) => row);
  const cells = {
    y: rows.map((row) => (row * 7919) % 2),
    p: rows.map((row) => ((row * 104729) % 400) / 400),
  };

  const report = await run(cells, { threshold: { maximize: 'accuracy' } });

  assert.ok(report.threshold);
  assert.equal(report.rows + report.threshold.rows, 400);
  assert.ok(report.threshold.rows > 150 && report.threshold.rows < 250, `${report.threshold.rows}`);
  assert.ok(cells.p.includes(report.threshold.value));
});

test('rows of one key are on one side of a chosen threshold', async () => {
  const who = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const rows = Array.from({ length: 200 }, (_, row) => row);
  const cells = {
    who: rows.map((row) => who[row % 10] ?? ''),
    y: rows.map((row) => (row % 3 === 0 ? 1 : 0)),
    p: rows.map((row) => (row % 7) / 7),
  };

  const report = await run(cells, { threshold: { maximize: 'f1' }, key: 'who', by: ['who'] });

  assert.ok(report.groups.length > 0 && report.groups.length < 10);
  assert.deepEqual([...new Set(report.groups.map((group) => group.rows))], [20]);
});

for (const { name, cells, options, code, says } of [
  {
    name: 'a missing column',
    cells: BINARY,
    options: { label: 'z' },
    code: 'MW_COLUMN_MISSING',
    says: /--label needs column `z`/,
  },
  { name: 'no rows', cells: { y: [], p: [] }, options: {}, code: 'MW_HOLDOUT_EMPTY', says: /no rows/ },
  {
    name: 'a missing score',
    cells: { y: [1, 0], p: [0.5, null] },
    options: {},
    code: 'MW_ROWS_INVALID',
    says: /row 2, column p: expected a number, got an empty cell$/,
  },
  {
    name: 'scores that are NaN, empty or text, each counted',
    cells: { y: [1, 0, 1, 0, 1], p: [0.5, Number.NaN, null, Number.NaN, 'high'] },
    options: {},
    code: 'MW_ROWS_INVALID',
    says: /row 2, column p: expected a number, got NaN \(4 of 5 rows: 1 empty, 2 NaN, 1 of another kind\)$/,
  },
  {
    name: 'labels that are NaN',
    cells: { y: [1, Number.NaN, Number.NaN], p: [0.5, 0.5, 0.5] },
    options: {},
    code: 'MW_ROWS_INVALID',
    says: /row 2, label y: expected 0 or 1, false or true, got NaN \(2 of 3 rows: 2 NaN\)$/,
  },
  {
    name: 'a class that is NaN',
    cells: { y: ['a', 'b'], p: [Number.NaN, 'b'] },
    options: { task: 'multiclass-classification' },
    code: 'MW_ROWS_INVALID',
    says: /row 1, column p: expected a class, got NaN$/,
  },
  {
    name: 'a score where the predicted class belongs',
    cells: { y: [0, 1, 2], p: [0.91, 0.35, 0.5] },
    options: { task: 'multiclass-classification' },
    code: 'MW_ROWS_INVALID',
    says: /column p: none of its values \(0\.35, 0\.5, 0\.91\) is among the classes of y \(0, 1, 2\); --score takes the predicted class/,
  },
  {
    name: 'a missing label',
    cells: { y: [1, null], p: [0.5, 0.5] },
    options: {},
    code: 'MW_ROWS_INVALID',
    says: /row 2, label y: expected 0 or 1, false or true, got an empty cell/,
  },
  {
    name: 'a negative weight',
    cells: { y: [1], p: [0.5], w: [-1] },
    options: { weight: 'w' },
    code: 'MW_ROWS_INVALID',
    says: /a weight is 0 or more, got -1/,
  },
  {
    name: 'a missing weight',
    cells: { y: [1, 0], p: [0.5, 0.5], w: [1, null] },
    options: { weight: 'w' },
    code: 'MW_ROWS_INVALID',
    says: /row 2, column w: expected a number, got an empty cell$/,
  },
  {
    name: 'weights of 0 alone',
    cells: { y: [1, 0], p: [0.5, 0.5], w: [0, 0] },
    options: { weight: 'w' },
    code: 'MW_ROWS_INVALID',
    says: /column w: every weight is 0/,
  },
  {
    name: 'a ranking without queries',
    cells: BINARY,
    options: { task: 'ranking' },
    code: 'MW_USAGE',
    says: /--query: the task ranking needs it/,
  },
  {
    name: 'queries of a task that has no lists',
    cells: { ...BINARY, q: [1, 1, 1, 1, 1, 1] },
    options: { query: 'q' },
    code: 'MW_USAGE',
    says: /--query: it means nothing for the task binary-classification/,
  },
  {
    name: 'forecasts without series',
    cells: BINARY,
    options: { task: 'forecasting' },
    code: 'MW_USAGE',
    says: /--series: the task forecasting needs it/,
  },
  {
    name: 'a negative relevance',
    cells: { q: [1], y: [-1], p: [0.5] },
    options: { task: 'ranking', query: 'q' },
    code: 'MW_ROWS_INVALID',
    says: /row 1, label y: expected a relevance, 0 or more, got -1$/,
  },
  {
    name: 'a row without a query',
    cells: { q: [null], y: [1], p: [0.5] },
    options: { task: 'ranking', query: 'q' },
    code: 'MW_ROWS_INVALID',
    says: /row 1, column q: expected a value, got an empty cell$/,
  },
  {
    name: 'weights that differ within a list',
    cells: { q: ['a', 'a'], y: [1, 0], p: [0.5, 0.4], w: [1, 2] },
    options: { task: 'ranking', query: 'q', weight: 'w' },
    code: 'MW_ROWS_INVALID',
    says: /row 2, column w: expected 1, as row 1 of the same list or series has, got 2$/,
  },
  {
    name: 'a threshold to choose where there is none',
    cells: { y: [1, 2], p: [1, 2] },
    options: { task: 'regression', threshold: { maximize: 'f1' } },
    code: 'MW_USAGE',
    says: /regression has no threshold to choose/,
  },
  {
    name: 'a threshold of labels that are all alike',
    cells: { y: [0, 0, 0, 0, 0, 0, 0, 0], p: [1, 2, 3, 4, 5, 6, 7, 8] },
    options: { threshold: { maximize: 'matthews_corrcoef' } },
    code: 'MW_THRESHOLD_UNDEFINED',
    says: /are of one class/,
  },
  {
    name: 'two scores for two classes',
    cells: BINARY,
    options: { score: ['p', 'w'] },
    code: 'MW_USAGE',
    says: /takes one score column, got 2/,
  },
  {
    name: 'too few scores for the classes',
    cells: { y: ['a', 'b', 'c'], p: [1, 1, 1], w: [0, 0, 0] },
    options: { task: 'multiclass-classification', score: ['p', 'w'] },
    code: 'MW_USAGE',
    says: /--score names 2 columns, but y has 3 classes \(a, b, c\)/,
  },
] satisfies readonly {
  name: string;
  cells: Cells;
  options: Partial<PredictionsRequest>;
  code: string;
  says: RegExp;
}[]) {
  test(`refuses ${name}`, async () => {
    await assert.rejects(run(cells, options), (error) => {
      assert.ok(error instanceof MergewayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    });
  });
}

type Cells = Readonly<Record<string, readonly Cell[]>>;

function run(cells: Cells, options: Partial<PredictionsRequest> = {}) {
  return evaluatePredictions(
    { table: tableOf(cells), progress: { say: () => {} } },
    { paths: ['predictions.csv'], task: 'binary-classification', label: 'y', score: ['p'], ...options },
  );
}
