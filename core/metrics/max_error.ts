/** Largest absolute error, in the label's unit. */

import type { Metric } from './metric.ts';

/**
 *     max over the rows of |ŷ − y|
 */
export const max_error: Metric = {
  formula: 'max |ŷ − y| over the rows',
  source: 'max_error',
  differs: 'no weights; here a row of weight 0 is left out',
  standard: false,
  noInterval: 'no resample holds a larger error than the largest seen: a maximum has no bootstrap interval',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) => {
    const errors = Float64Array.from(scores, (score, row) => Math.abs(score - (labels[row] ?? 0)));
    return (weights) => {
      let largest = -1;
      for (let row = 0; row < errors.length; row++) {
        if ((weights[row] ?? 0) > 0) largest = Math.max(largest, errors[row] ?? 0);
      }
      return largest < 0 ? { reason: 'no rows' } : largest;
    };
  },
};
