/** Mean squared error of logarithms: of what grows by factors. */

import { type Measure, type Metric, weightedMean } from './metric.ts';
import type { NumericPredictions } from './predictions.ts';

/**
 *     MSLE = Σ w·(ln(1 + ŷ) − ln(1 + y))² / Σ w
 *
 * Undefined where a label or prediction is −1 or less (scikit-learn: an error).
 */
export const mean_squared_log_error: Metric = {
  formula: 'Σ w·(ln(1 + ŷ) − ln(1 + y))² / Σ w',
  source: 'mean_squared_log_error',
  differs: 'an error where a label or prediction is −1 or less',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: squaredLogs,
};

/** The mean square; its root is a metric of its own. */
export function squaredLogs({ labels, scores }: NumericPredictions): Measure {
  return weightedMean(
    Float64Array.from(scores, (score, row) => {
      const label = labels[row] ?? 0;
      return score > -1 && label > -1 ? (Math.log1p(score) - Math.log1p(label)) ** 2 : Number.NaN;
    }),
    'a label or prediction is −1 or less, and has no logarithm',
  );
}
