/** Accuracy: the share of rows that were predicted right. */

import { type Metric, ratio, weightedMean } from './metric.ts';

/**
 *     accuracy = Σ w·[ŷ = y] / Σ w
 */
export const accuracy: Metric = {
  formula: 'Σ w·[ŷ = y] / Σ w',
  source: 'accuracy_score',
  standard: true,
  atThreshold: ({ tp, fp, fn, tn }) => ratio(tp + tn, tp + fp + fn + tn, 'no rows'),
  better: 'higher',
  range: [0, 1],
  perClass: false,
  binary: ({ labels, scores, threshold }) =>
    weightedMean(
      Float64Array.from(labels, (label, row) => ((scores[row] ?? 0) >= threshold === (label === 1) ? 1 : 0)),
    ),
  multiclass: ({ labels, predicted }) =>
    weightedMean(Float64Array.from(labels, (label, row) => (predicted[row] === label ? 1 : 0))),
};
