/** Mean Poisson deviance: of counts, whose spread grows with their mean. */

import { type Metric, weightedMean } from './metric.ts';

/**
 *     Σ w·2·(y·ln(y / ŷ) − y + ŷ) / Σ w,   y·ln(y / ŷ) = 0 at y = 0
 *
 * Undefined where a label is negative or a prediction not positive (scikit-learn: an error).
 */
export const mean_poisson_deviance: Metric = {
  formula: 'Σ w·2·(y·ln(y / ŷ) − y + ŷ) / Σ w',
  source: 'mean_poisson_deviance',
  differs: 'an error where a label is negative or a prediction not positive',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) =>
    weightedMean(
      Float64Array.from(scores, (score, row) => {
        const label = labels[row] ?? 0;
        if (!(label >= 0 && score > 0)) return Number.NaN;
        return 2 * ((label === 0 ? 0 : label * Math.log(label / score)) - label + score);
      }),
      'a label is negative, or a prediction is not positive',
    ),
};
