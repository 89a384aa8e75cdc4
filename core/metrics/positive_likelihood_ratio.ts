/** Positive likelihood ratio: how many times likelier a positive row is predicted positive than a negative one. */

import { fromCounts } from './counts.ts';
import type { Metric } from './metric.ts';

/**
 *     LR⁺ = (tp / (tp + fn)) / (fp / (fp + tn))
 *
 * Undefined where no row is positive, or no negative row is predicted positive (scikit-learn: NaN and a warning).
 */
export const positive_likelihood_ratio: Metric = {
  formula: '(tp / (tp + fn)) / (fp / (fp + tn))',
  source: 'class_likelihood_ratios',
  differs:
    'NaN and a warning where no row is positive or no negative row is predicted positive; its scorer gives 1',
  standard: false,
  better: 'higher',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: true,
  perPredicted: true,
  binary: fromCounts(({ tp, fp, fn, tn }) => {
    if (tp + fn === 0) return { reason: 'no row is positive' };
    if (fp === 0) return { reason: 'no negative row was predicted positive' };
    return (tp * (fp + tn)) / (fp * (tp + fn));
  }),
};
