/** Precision: of the rows predicted positive, the share that is. Multiclass: macro average. */

import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     precision = tp / (tp + fp)
 *
 * Undefined where nothing is predicted positive (scikit-learn: 0 and a warning).
 */
export const precision: Metric = {
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

function ofCounts({ tp, fp }: ClassCounts): MetricValue {
  return ratio(tp, tp + fp, 'no row was predicted positive');
}
