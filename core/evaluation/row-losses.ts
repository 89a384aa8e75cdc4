/** What each row costs a model, in one measure for both models of a contest. */

import type { RowRegressions } from '../evidence/regressions.ts';
import { surprise } from '../metrics/log_loss.ts';
import { notProbabilities } from '../metrics/probabilities.ts';
import type { BinaryPredictions, MulticlassPredictions, Predictions } from '../metrics/predictions.ts';

export interface Lost {
  readonly measure: RowRegressions['measure'];
  readonly losses: Float64Array;
}

/** Log loss where scores are probabilities, else whether the row is wrong; of numbers the absolute error. Undefined where no row stands alone. */
export function rowLosses(predictions: Predictions): Lost | undefined {
  switch (predictions.task) {
    case 'binary-classification':
      return binary(predictions);
    case 'multiclass-classification':
      return multiclass(predictions);
    case 'ranking':
      return undefined;
    case 'regression':
    case 'forecasting': {
      const { labels, scores } = predictions;
      return {
        measure: 'absolute_error',
        losses: scores.map((score, row) => Math.abs(score - (labels[row] ?? 0))),
      };
    }
  }
}

function binary({ labels, scores, threshold }: BinaryPredictions): Lost {
  if (notProbabilities(scores) === undefined) {
    return {
      measure: 'log_loss',
      losses: scores.map((score, row) => surprise(labels[row] === 1 ? score : 1 - score)),
    };
  }
  return {
    measure: 'zero_one_loss',
    losses: scores.map((score, row) => Number(score >= threshold !== (labels[row] === 1))),
  };
}

function multiclass({ classes, labels, predicted, scores }: MulticlassPredictions): Lost {
  if (scores && notProbabilities(scores) === undefined) {
    const losses = Float64Array.from(labels, (label, row) =>
      surprise(scores[row * classes.length + label] ?? 0),
    );
    return { measure: 'log_loss', losses };
  }
  return {
    measure: 'zero_one_loss',
    losses: Float64Array.from(labels, (label, row) => Number(label !== predicted[row])),
  };
}
