/** Mean Gamma deviance: of amounts above 0, by relative errors. */

import { type Metric, weightedMean } from './metric.ts';

/**
 *     Σ w·2·(ln(ŷ / y) + y / ŷ − 1) / Σ w
 *
 * Undefined where a label or prediction is not positive (scikit-learn: an error).
 */
export const mean_gamma_deviance: Metric = {
  formula: 'Σ w·2·(ln(ŷ / y) + y / ŷ − 1) / Σ w',
  source: 'mean_gamma_deviance',
  differs: 'an error where a label or prediction is not positive',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) =>
    weightedMean(
      Float64Array.from(scores, (score, row) => {
        const label = labels[row] ?? 0;
        return label > 0 && score > 0 ? 2 * (Math.log(score / label) + label / score - 1) : Number.NaN;
      }),
      'a label or prediction is not positive',
    ),
};
