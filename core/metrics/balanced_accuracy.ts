/** Balanced accuracy: the mean recall of the classes that occur, as scikit-learn's balanced_accuracy_score. */

import { type BinaryCounts, fromCounts, macroOfCounts } from './counts.ts';
import { type Metric, type MetricValue, ratio } from './metric.ts';

/**
 *     balanced accuracy = mean over classes c with rows of  tp_c / (tp_c + fn_c)
 *
 * A class without rows is left out (scikit-learn warns and does the same).
 */
export const balanced_accuracy: Metric = {
  formula: 'mean over the classes with rows of tp / (tp + fn)',
  source: 'balanced_accuracy_score',
  standard: true,
  atThreshold: ofCounts,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(ofCounts),
  multiclass: macroOfCounts(
    ({ tp, fn }) => tp / (tp + fn),
    ({ tp, fn }) => tp + fn > 0,
  ),
};

function ofCounts({ tp, fp, fn, tn }: BinaryCounts): MetricValue {
  const recalls = [
    { right: tp, all: tp + fn },
    { right: tn, all: tn + fp },
  ].filter(({ all }) => all > 0);
  const sum = recalls.reduce((total, { right, all }) => total + right / all, 0);
  return ratio(sum, recalls.length, 'no rows');
}
