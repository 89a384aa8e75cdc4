/** Mean absolute error, in the label's unit. */

import { type Metric, weightedMean } from './metric.ts';

/**
 *     MAE = Σ w·|ŷ − y| / Σ w
 */
export const mean_absolute_error: Metric = {
  formula: 'Σ w·|ŷ − y| / Σ w',
  source: 'mean_absolute_error',
  standard: true,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) =>
    weightedMean(Float64Array.from(scores, (score, row) => Math.abs(score - (labels[row] ?? 0)))),
};
