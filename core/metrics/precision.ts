/** Precision: of the rows predicted positive, the share that is. Multiclass: macro average. */

import { averages } from './averages.ts';
import { type ClassCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     precision = tp / (tp + fp)
 *
 * Undefined where nothing is predicted positive (scikit-learn: 0 and a warning).
 */
export const precision: Metric = {
  formula: 'tp / (tp + fp); classes: macro average',
  source: 'precision_score',
  differs: '0 and a warning where none is predicted positive; its scorer `precision` takes two classes only',
  standard: true,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  perPredicted: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(ofCounts),
};

export const {
  macro: precision_macro,
  micro: precision_micro,
  weighted: precision_weighted,
} = averages({ formula: 'tp / (tp + fp)', source: 'precision_score', ofCounts });

function ofCounts({ tp, fp }: ClassCounts): MetricValue {
  return ratio(tp, tp + fp, 'no row was predicted positive');
}
