/** Recall: of the positive rows, the share that was predicted so. Multiclass: macro average. */

import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     recall = tp / (tp + fn)
 *
 * Undefined where no row is positive (scikit-learn: 0 and a warning).
 */
export const recall: Metric = {
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

function ofCounts({ tp, fn }: ClassCounts): MetricValue {
  return ratio(tp, tp + fn, 'no row is positive');
}
