/** Median absolute error, in the label's unit: outliers do not move it. */

import type { Metric } from './metric.ts';
import { weightedMedian } from './median.ts';

/**
 *     the weighted median of |ŷ − y|; where half of the weight ends between two rows, their mean
 */
export const median_absolute_error: Metric = {
  formula: 'weighted median of |ŷ − y|; where half of the weight ends between two rows, their mean',
  source: 'median_absolute_error',
  differs: 'with weights, and half of the weight ending between two rows, the lower of the two',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) =>
    weightedMedian(Float64Array.from(scores, (score, row) => Math.abs(score - (labels[row] ?? 0)))),
};
