/** Mean absolute percentage error, as a share: 0.1 is ten percent. */

import { type Metric, weightedMean } from './metric.ts';

/**
 *     MAPE = Σ w·|ŷ − y| / |y| / Σ w
 *
 * Undefined where a label is 0 (scikit-learn divides by 2⁻⁵² in its place).
 */
export const mean_absolute_percentage_error: Metric = {
  formula: 'Σ w·|ŷ − y| / |y| / Σ w',
  source: 'mean_absolute_percentage_error',
  differs: 'where a label is 0, a huge number: it divides by 2⁻⁵²',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) =>
    weightedMean(
      Float64Array.from(scores, (score, row) => {
        const label = labels[row] ?? 0;
        return label === 0 ? Number.NaN : Math.abs((score - label) / label);
      }),
      'a label is 0',
    ),
};
