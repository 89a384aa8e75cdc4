/** Brier score: the mean squared distance between probability and outcome. */

import { type Metric, weightedMean } from './metric.ts';
import { never, notProbabilities } from './probabilities.ts';

/**
 *     binary:      Σ w·(p − y)² / Σ w                  0 to 1
 *     multiclass:  Σ w·Σ_c (p_c − [y = c])² / Σ w      0 to 2, as scikit-learn's brier_score_loss
 *
 * Undefined where scores are no probabilities.
 */
export const brier_score: Metric = {
  formula: 'Σ w·(p − y)² / Σ w; classes: Σ w·Σ_c (p_c − [y = c])² / Σ w',
  source: 'brier_score_loss',
  differs: 'an error where a score is no probability',
  standard: true,
  better: 'lower',
  range: [0, 2],
  perClass: false,
  binary: ({ labels, scores }) => {
    const problem = notProbabilities(scores);
    if (problem) return never(problem);
    return weightedMean(Float64Array.from(scores, (score, row) => (score - (labels[row] ?? 0)) ** 2));
  },
  multiclass: ({ labels, scores, classes }) => {
    const problem = notProbabilities(scores);
    if (problem || !scores) return never(problem ?? '');
    return weightedMean(
      Float64Array.from(labels, (label, row) => {
        let sum = 0;
        for (let column = 0; column < classes.length; column++) {
          sum += ((scores[row * classes.length + column] ?? 0) - (column === label ? 1 : 0)) ** 2;
        }
        return sum;
      }),
    );
  },
};
