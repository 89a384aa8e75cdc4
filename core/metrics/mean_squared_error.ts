/** Mean squared error, in the square of the label's unit. */

import { type Measure, type Metric, weightedMean } from './metric.ts';
import type { NumericPredictions } from './predictions.ts';

/**
 *     MSE = Σ w·(ŷ − y)² / Σ w
 */
export const mean_squared_error: Metric = {
  formula: 'Σ w·(ŷ − y)² / Σ w',
  source: 'mean_squared_error',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: squares,
};

/** The mean square; its root is a metric of its own. */
export function squares({ labels, scores }: NumericPredictions): Measure {
  return weightedMean(Float64Array.from(scores, (score, row) => (score - (labels[row] ?? 0)) ** 2));
}
