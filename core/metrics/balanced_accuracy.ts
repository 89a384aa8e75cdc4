/** Balanced accuracy: the mean recall of the classes that occur, as scikit-learn's balanced_accuracy_score. */

import { fromCounts, macroOfCounts } from './counts.ts';
import type { Metric } from './metric.ts';

/**
 *     balanced accuracy = mean over classes c with rows of  tp_c / (tp_c + fn_c)
 *
 * A class without rows is left out (scikit-learn warns and does the same).
 */
export const balanced_accuracy: Metric = {
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: fromCounts(({ tp, fp, fn, tn }) => {
    const recalls = [
      { right: tp, all: tp + fn },
      { right: tn, all: tn + fp },
    ].filter(({ all }) => all > 0);
    if (recalls.length === 0) return { reason: 'no rows' };
    return recalls.reduce((sum, { right, all }) => sum + right / all, 0) / recalls.length;
  }),
  multiclass: macroOfCounts(
    ({ tp, fn }) => tp / (tp + fn),
    ({ tp, fn }) => tp + fn > 0,
  ),
};
