/** The reference profile of a candidate, from what its evaluation read and measured. */

import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import {
  type ColumnProfile,
  type Profile,
  type ProfilePredicate,
  profileEvidence,
} from '../evidence/profile.ts';
import { MAX_EVIDENCE_BYTES, type Statement, statement } from '../evidence/statement.ts';
import type { Predictions } from '../metrics/predictions.ts';
import { VERSION } from '../version.ts';
import { fitted } from './fit.ts';
import { profileOfNumbers } from './numbers.ts';

export interface Evaluated {
  readonly model: Pick<ModelConfig, 'name' | 'task'>;
  readonly candidate: Digest;
  readonly holdout: { readonly digest: Digest; readonly uri: string; readonly rows: number };
  readonly origin: 'evaluation' | 'advisory';
  readonly columns: readonly ColumnProfile[];
  readonly predictions: Predictions;
  readonly metrics: readonly MetricEvidence[];
}

export function profileOfEvaluation(evaluated: Evaluated): Statement<ProfilePredicate> {
  const { model, candidate, holdout, origin, columns, predictions, metrics } = evaluated;
  const predicate: ProfilePredicate = {
    mergeway: VERSION,
    model: model.name,
    task: model.task,
    origin,
    data: { ...holdout },
    columns: [...columns],
    predictions: scoresOf(predictions),
    ...(predictions.task === 'binary-classification' && { threshold: predictions.threshold }),
    labels: labelsOf(predictions),
    performance: metrics.map(({ metric, candidate: estimate }) => ({
      metric,
      ...(predictions.weights ? incomparable(estimate) : estimate),
    })),
  };
  return profileStatement(predicate, candidate);
}

/** Live predictions have no weights: a value that has them is no limit for theirs. */
function incomparable({ point }: Estimate): Estimate {
  return {
    point,
    low: null,
    high: null,
    reason: 'rows of the holdout have weights, live predictions have none',
  };
}

/** The statement about a model, as fine as fits into evidence. */
export function profileStatement(predicate: ProfilePredicate, subject: Digest): Statement<ProfilePredicate> {
  const about = { name: predicate.model, digest: subject };
  return statement(profileEvidence, about, fitted(predicate, MAX_EVIDENCE_BYTES));
}

/** Scores of several classes are no one number, and are not logged as one. */
function scoresOf(predictions: Predictions): Profile | null {
  return predictions.task === 'multiclass-classification' ? null : profileOfNumbers(predictions.scores);
}

function labelsOf(predictions: Predictions): ProfilePredicate['labels'] {
  if (predictions.task !== 'binary-classification') return null;
  let positive = 0;
  for (const label of predictions.labels) positive += label;
  return { rows: predictions.labels.length, positive };
}
