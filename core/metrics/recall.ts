/** Recall: of the positive rows, the share that was predicted so. Multiclass: macro average. */

import { averages } from './averages.ts';
import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     recall = tp / (tp + fn)
 *
 * Undefined where no row is positive (scikit-learn: 0 and a warning).
 */
export const recall: Metric = {
  formula: 'tp / (tp + fn); classes: macro average',
  source: 'recall_score',
  differs: '0 and a warning where no row is positive; its scorer `recall` takes two classes only',
  standard: true,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

export const {
  macro: recall_macro,
  micro: recall_micro,
  weighted: recall_weighted,
} = averages({ formula: 'tp / (tp + fn)', source: 'recall_score', ofCounts });

function ofCounts({ tp, fn }: ClassCounts): MetricValue {
  return ratio(tp, tp + fn, 'no row is positive');
}
