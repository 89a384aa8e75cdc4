/** Log loss: the mean of −ln of the probability that the model gave to what came true. */

import { type Metric, weightedMean } from './metric.ts';
import { never, notProbabilities } from './probabilities.ts';

/** scikit-learn clips probabilities by the float64 machine epsilon, so that a certain mistake costs 36 and not infinity. */
const EPSILON = 2 ** -52;

/**
 *     log loss = − Σ w·ln p(y) / Σ w,   p clipped to [2⁻⁵², 1 − 2⁻⁵²]
 *
 * Undefined where scores are no probabilities.
 */
export const log_loss: Metric = {
  better: 'lower',
  range: [0, -Math.log(EPSILON)],
  perClass: false,
  binary: ({ labels, scores }) => {
    const problem = notProbabilities(scores);
    if (problem) return never(problem);
    return weightedMean(
      Float64Array.from(scores, (score, row) => loss(labels[row] === 1 ? score : 1 - score)),
    );
  },
  multiclass: ({ labels, scores, classes }) => {
    const problem = notProbabilities(scores);
    if (problem || !scores) return never(problem ?? '');
    return weightedMean(
      Float64Array.from(labels, (label, row) => loss(scores[row * classes.length + label] ?? 0)),
    );
  },
};

function loss(probability: number): number {
  return -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probability)));
}
