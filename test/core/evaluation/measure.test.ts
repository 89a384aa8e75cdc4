import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureContest } from '#core/evaluation/measure.ts';
import type { Estimate } from '#core/evidence/estimate.ts';
import {
  type BinaryPredictions,
  clusters,
  type ForecastingPredictions,
  type MulticlassPredictions,
  type RankingPredictions,
  type RegressionPredictions,
} from '#core/metrics/predictions.ts';
import { Z_95 } from '#core/statistics/interval.ts';
import { uniform } from '#test/support/numbers.ts';
import { regressionPredictions } from '#test/support/predictions.ts';

test('two models that agree on every row differ by nothing, within what 3 of n rows could change', () => {
  const candidate = binary(500, 0.3);
  const positives = candidate.labels.reduce((sum, label) => sum + label, 0);

  const measured = measureContest({ candidate, champion: candidate, seed: 'same' });

  const differenceOf = (name: string) => measured.find(({ metric }) => metric === name)?.difference;
  // The three rows may all be positive ones.
  const room = 3 / positives;
  assert.deepEqual(differenceOf('roc_auc'), { point: 0, low: -room, high: room, method: 'rule of three' });
  // Of all rows, on a range of 0 to 2.
  assert.equal(differenceOf('brier_score')?.high, (3 / 500) * 2);
});

test('a perfect score on few rows is not certain', () => {
  const labels = Uint8Array.from({ length: 60 }, (_, row) => row % 2);
  const candidate: BinaryPredictions = {
    task: 'binary-classification',
    labels,
    scores: Float64Array.from(labels),
    threshold: 0.5,
  };

  const measured = measureContest({ candidate, champion: null, seed: 'perfect' });

  const low = (name: string) => measured.find(({ metric }) => metric === name)?.candidate.low;
  assert.ok(Math.abs((low('accuracy') ?? 1) - 60 / (60 + Z_95 ** 2)) < 1e-12);
  assert.equal(low('roc_auc'), 1 - 3 / 30);
  assert.ok(Math.abs((low('precision') ?? 1) - 30 / (30 + Z_95 ** 2)) < 1e-12);
  assert.equal(low('average_precision'), 1 - 3 / 30);
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

test('no mistake on twelve positive rows is not certain, however many negative rows there are', () => {
  const labels = Uint8Array.from({ length: 3000 }, (_, row) => (row % 250 === 0 ? 1 : 0));
  const candidate: BinaryPredictions = {
    task: 'binary-classification',
    labels,
    scores: Float64Array.from(labels),
    threshold: 0.5,
  };

  const measured = measureContest({ candidate, champion: candidate, seed: 'few' });

  for (const name of ['f1', 'average_precision', 'roc_auc']) {
    const found = measured.find(({ metric }) => metric === name);
    assert.equal(found?.candidate.low, 1 - 3 / 12, name);
    assert.equal(found?.difference?.low, -3 / 12, name);
  }
});

test('precision of few rows predicted positive has a point and no interval', () => {
  const candidate = { ...binary(400, 0.5), threshold: 0.99 };
  const scores = candidate.scores.map((score, row) => (row < 6 ? 1 : Math.min(score, 0.98)));

  const measured = measureContest({ candidate: { ...candidate, scores }, champion: null, seed: 'few' });

  const found = measured.find(({ metric }) => metric === 'precision')?.candidate;
  assert.equal(found?.low, null);
  assert.equal(found?.reason, '6 rows predicted positive are too few for an interval (10)');
});

test('a class of few rows leaves its averages a point, and the metrics of all rows their interval', () => {
  const labels = Int32Array.from({ length: 300 }, (_, row) => (row < 5 ? 2 : row % 2));
  const candidate: MulticlassPredictions = {
    task: 'multiclass-classification',
    classes: ['a', 'b', 'rare'],
    labels,
    predicted: labels.map((label, row) => (row % 7 === 0 ? 0 : label)),
    scores: null,
  };
  const judged = new Set(['f1_weighted']);

  const measured = measureContest({ candidate, champion: null, seed: 'rare', judged });

  const estimate = (name: string) => measured.find(({ metric }) => metric === name)?.candidate;
  assert.equal(estimate('balanced_accuracy')?.low, null);
  assert.equal(
    estimate('balanced_accuracy')?.reason,
    '5 rows of class rare are too few for an interval (10)',
  );
  for (const name of ['accuracy', 'f1_weighted']) assert.equal(typeof estimate(name)?.low, 'number', name);
});

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

test('weights count in the interval too: a row that weighs as two is no two rows', () => {
  const candidate = binary(400, 0.4);
  const twos = { ...candidate, weights: new Float64Array(400).fill(2) };
  const uneven = { ...candidate, weights: Float64Array.from(uniform(6, 400), (u) => (u < 0.1 ? 20 : 1)) };
  const accuracyOf = (predictions: BinaryPredictions) =>
    measureContest({ candidate: predictions, champion: null, seed: 'weights' }).find(
      ({ metric }) => metric === 'accuracy',
    )?.candidate;

  assert.ok(Math.abs(width(accuracyOf(twos)) - width(accuracyOf(candidate))) < 1e-12);
  // Kish's effective size: (40·20 + 360)² / (40·400 + 360) is 82 of 400 rows.
  assert.ok(width(accuracyOf(uneven)) > 1.7 * width(accuracyOf(candidate)));
});

test('metrics that no gate asks for are points, and say so; a maximum never has an interval', () => {
  const candidate = regressionPredictions();
  const judged = new Set(['mean_squared_error', 'max_error']);

  const measured = measureContest({ candidate, champion: null, seed: 'points', judged });

  const estimate = (name: string) => measured.find(({ metric }) => metric === name)?.candidate;
  assert.equal(typeof estimate('mean_squared_error')?.low, 'number');
  assert.equal(estimate('median_absolute_error')?.low, null);
  assert.equal(
    estimate('median_absolute_error')?.reason,
    'measured without an interval: no gate asks for it',
  );
  assert.match(estimate('max_error')?.reason ?? '', /a maximum has no bootstrap interval/);
});

test('lists are drawn as a whole: more rows in each make no narrower interval', () => {
  const lists = (times: number): RankingPredictions => {
    const codes = Array.from({ length: 30 * 4 * times }, (_, row) => String(Math.floor(row / (4 * times))));
    const first = uniform(7, 120);
    const place = (row: number) => Math.floor(row / (4 * times)) * 4 + (row % 4);
    return {
      task: 'ranking',
      lists: clusters(codes, codes.length),
      labels: Float64Array.from(codes, (_, row) => ((first[place(row)] ?? 0) > 0.6 ? 1 : 0)),
      scores: Float64Array.from(codes, (_, row) => first[(place(row) * 37) % 120] ?? 0),
    };
  };
  const width = (candidate: RankingPredictions) => {
    const found = measureContest({ candidate, champion: null, seed: 'lists' }).find(
      ({ metric }) => metric === 'label_ranking_average_precision',
    )?.candidate;
    return (found?.high ?? 0) - (found?.low ?? 0);
  };

  assert.ok(width(lists(5)) > 0.6 * width(lists(1)), `${width(lists(5))} and ${width(lists(1))}`);
});

test('few series have points and no intervals, however many rows they have', () => {
  const candidate: ForecastingPredictions = {
    task: 'forecasting',
    labels: Float64Array.from(uniform(8, 500), (u) => 1 + u),
    scores: Float64Array.from(uniform(9, 500), (u) => 1 + u),
    series: clusters(
      uniform(8, 500).map((_, row) => String(row % 5)),
      500,
    ),
    scales: null,
  };

  const smape = measureContest({ candidate, champion: null, seed: 'few' }).find(
    ({ metric }) => metric === 'smape',
  );

  assert.equal(smape?.candidate.reason, '5 series are too few for an interval (20)');
});

test('rows that are there twice, as clusters of two, say no more than once', () => {
  const rows = 300;
  const [once, rival] = [
    binary(rows, 0.3),
    { ...binary(rows, 0.3), scores: Float64Array.from(uniform(6, rows)) },
  ];
  const twice = (column: Float64Array) =>
    Float64Array.from({ length: 2 * rows }, (_, row) => column[row >> 1] ?? 0);
  const doubled = ({ scores }: BinaryPredictions): BinaryPredictions => ({
    ...once,
    labels: Uint8Array.from({ length: 2 * rows }, (_, row) => once.labels[row >> 1] ?? 0),
    scores: twice(scores),
  });
  const clusters = Int32Array.from({ length: 2 * rows }, (_, row) => row >> 1);

  const alone = measureContest({ candidate: once, champion: rival, seed: 'one' });
  const together = measureContest({
    candidate: doubled(once),
    champion: doubled(rival),
    clusters,
    seed: 'one',
  });

  for (const [index, { metric, candidate, difference }] of alone.entries()) {
    for (const [ours, theirs] of [
      [candidate, together[index]?.candidate],
      [difference, together[index]?.difference],
    ]) {
      if (ours?.low === null) continue;
      const [wide, narrow] = [width(theirs), width(ours)];
      assert.ok(Math.abs(wide / narrow - 1) < 0.06, `${metric}: ${wide} and ${narrow}`);
    }
  }
});

test('few clusters have no interval, however many rows they hold, and neither has one that outweighs all others', () => {
  const candidate = binary(600, 0.3);
  const few = Int32Array.from({ length: 600 }, (_, row) => row % 19);
  const uneven = Int32Array.from({ length: 600 }, (_, row) => (row < 300 ? 0 : row - 299));

  const [auc] = measureContest({ candidate, champion: null, clusters: few, seed: 'few' });
  const [other] = measureContest({ candidate, champion: null, clusters: uneven, seed: 'few' });

  assert.equal(auc?.candidate.reason, '19 clusters are too few for an interval (20)');
  assert.equal(
    other?.candidate.reason,
    '301 clusters, which vary as 3 of one size would, are too few for an interval (20)',
  );
});

test('many rows have the intervals of a jackknife, close to what a bootstrap of fewer rows foretells', () => {
  const [small, large] = [5000, 20_001].map((rows) =>
    measureContest({ candidate: binary(rows, 0.3), champion: null, seed: 'large' }).find(
      ({ metric }) => metric === 'brier_score',
    ),
  );

  assert.equal(large?.candidate.method, 'jackknife');
  const ratio = width(small?.candidate) / width(large?.candidate);
  assert.ok(Math.abs(ratio - 2) < 0.3, String(ratio));
});

function width(estimate: Estimate | null | undefined): number {
  return (estimate?.high ?? 0) - (estimate?.low ?? 0);
}

function binary(rows: number, share: number): BinaryPredictions {
  const labels = Uint8Array.from(uniform(4, rows), (u) => (u < share ? 1 : 0));
  const scores = Float64Array.from(uniform(5, rows), (u, row) => 0.7 * u + 0.3 * (labels[row] ?? 0));
  return { task: 'binary-classification', labels, scores, threshold: 0.5 };
}
