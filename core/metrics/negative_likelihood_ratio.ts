/** Negative likelihood ratio: how many times likelier a positive row is predicted negative than a negative one. */

import { fromCounts } from './counts.ts';
import type { Metric } from './metric.ts';

/**
 *     LR⁻ = (fn / (tp + fn)) / (tn / (fp + tn))
 *
 * Undefined where no row is positive, or no negative row is predicted negative (scikit-learn: NaN and a warning).
 */
export const negative_likelihood_ratio: Metric = {
  formula: '(fn / (tp + fn)) / (tn / (fp + tn))',
  source: 'class_likelihood_ratios',
  differs:
    'NaN and a warning where no row is positive or no negative row is predicted negative; its scorer gives 1',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: true,
  binary: fromCounts(({ tp, fp, fn, tn }) => {
    if (tp + fn === 0) return { reason: 'no row is positive' };
    if (tn === 0) return { reason: 'no negative row was predicted negative' };
    return (fn * (fp + tn)) / (tn * (tp + fn));
  }),
};
