import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { measureContest } from '#core/evaluation/measure.ts';
import { holdoutOf } from '#core/monitor/holdout.ts';
import { profileOfEvaluation } from '#core/profile/of-evaluation.ts';
import { CANDIDATE, modelConfig } from '#test/support/evaluation.ts';
import { binaryPredictions, type Drawn, rankingPredictions, weighted } from '#test/support/predictions.ts';

test('values of weighted rows are no reference for live predictions, which have no weights', () => {
  const plain = profiled(binaryPredictions());
  const heavy = profiled(weighted(binaryPredictions()));

  assert.ok(!('reason' in holdoutOf(plain, 'accuracy')));
  assert.deepEqual(holdoutOf(heavy, 'accuracy'), {
    reason:
      'the profile has no interval of its value on the holdout: rows of the holdout have weights, live predictions have none',
  });
});

test('the scores of a ranking are profiled; it has no labels to count', () => {
  const profile = profiled(rankingPredictions());

  assert.equal(profile.predictions?.kind, 'number');
  assert.equal(profile.labels, null);
  assert.equal(profile.threshold, undefined);
});

function profiled(predictions: Drawn) {
  const { task, labels } = predictions;
  return profileOfEvaluation({
    model: { ...modelConfig(), task },
    candidate: CANDIDATE,
    holdout: { digest: digestOf('holdout'), uri: 'store:holdout.parquet', rows: labels.length },
    origin: 'evaluation',
    columns: [],
    predictions,
    metrics: measureContest({ candidate: predictions, champion: null, seed: 'profile' }),
  }).predicate;
}
