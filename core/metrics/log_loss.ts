/** Log loss: the mean of −ln of the probability that the model gave to what came true. */

import { type Measure, type Metric, weightedMean } from './metric.ts';
import type { BinaryPredictions, MulticlassPredictions } from './predictions.ts';
import { never, notProbabilities } from './probabilities.ts';

/** scikit-learn clips probabilities by the float64 machine epsilon, so that a certain mistake costs 36 and not infinity. */
const EPSILON = 2 ** -52;

/**
 *     log loss = − Σ w·ln p(y) / Σ w,   p clipped to [2⁻⁵², 1 − 2⁻⁵²]
 *
 * Undefined where scores are no probabilities.
 */
export const log_loss: Metric = {
  formula: '−Σ w·ln p(y) / Σ w, p clipped to [2⁻⁵², 1 − 2⁻⁵²]',
  source: 'log_loss',
  differs: 'an error where a score is no probability',
  standard: true,
  better: 'lower',
  range: [0, -Math.log(EPSILON)],
  perClass: false,
  binary: (predictions) => meanOf(binaryLosses(predictions)),
  multiclass: (predictions) => meanOf(classLosses(predictions)),
};

/** −ln of the probability of each row's own label; or why there are no probabilities. */
export function binaryLosses({ labels, scores }: BinaryPredictions): Float64Array | string {
  return (
    notProbabilities(scores) ??
    Float64Array.from(scores, (score, row) => surprise(labels[row] === 1 ? score : 1 - score))
  );
}

/** As `binaryLosses`, of several classes. */
export function classLosses({ labels, scores, classes }: MulticlassPredictions): Float64Array | string {
  return (
    notProbabilities(scores) ??
    Float64Array.from(labels, (label, row) => surprise(scores?.[row * classes.length + label] ?? 0))
  );
}

/** −ln p, clipped. */
export function surprise(probability: number): number {
  return -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probability)));
}

function meanOf(losses: Float64Array | string): Measure {
  return typeof losses === 'string' ? never(losses) : weightedMean(losses);
}
