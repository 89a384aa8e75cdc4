/** F1: the harmonic mean of precision and recall. Multiclass: macro average. */

import { averages } from './averages.ts';
import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     F1 = 2·tp / (2·tp + fp + fn)
 *
 * Undefined where no row is positive and none predicted so (scikit-learn: 0 and a warning).
 */
export const f1: Metric = {
  formula: '2·tp / (2·tp + fp + fn); classes: macro average',
  source: 'f1_score',
  differs:
    '0 and a warning where no row is positive and none predicted so; its scorer `f1` takes two classes only',
  standard: true,
  atThreshold: ofCounts,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

export const {
  macro: f1_macro,
  micro: f1_micro,
  weighted: f1_weighted,
} = averages({ formula: '2·tp / (2·tp + fp + fn)', source: 'f1_score', ofCounts });

function ofCounts({ tp, fp, fn }: ClassCounts): MetricValue {
  return ratio(2 * tp, 2 * tp + fp + fn, 'no row is positive and none was predicted positive');
}
