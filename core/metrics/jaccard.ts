/** Jaccard index of the positive rows and those predicted so: intersection over union. Multiclass: macro average. */

import { averages } from './averages.ts';
import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     J = tp / (tp + fp + fn)
 *
 * Undefined where no row is positive and none predicted so (scikit-learn: 0 and a warning).
 */
export const jaccard: Metric = {
  formula: 'tp / (tp + fp + fn); classes: macro average',
  source: 'jaccard_score',
  differs:
    '0 and a warning where no row is positive and none predicted so; its scorer `jaccard` takes two classes only',
  standard: false,
  atThreshold: ofCounts,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

export const {
  macro: jaccard_macro,
  micro: jaccard_micro,
  weighted: jaccard_weighted,
} = averages({ formula: 'tp / (tp + fp + fn)', source: 'jaccard_score', ofCounts });

function ofCounts({ tp, fp, fn }: ClassCounts): MetricValue {
  return ratio(tp, tp + fp + fn, 'no row is positive and none was predicted positive');
}
