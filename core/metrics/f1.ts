/** F1: the harmonic mean of precision and recall. Multiclass: macro average. */

import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     F1 = 2·tp / (2·tp + fp + fn)
 *
 * Undefined where no row is positive and none predicted so (scikit-learn: 0 and a warning).
 */
export const f1: Metric = {
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

function ofCounts({ tp, fp, fn }: ClassCounts): MetricValue {
  return ratio(2 * tp, 2 * tp + fp + fn, 'no row is positive and none was predicted positive');
}
