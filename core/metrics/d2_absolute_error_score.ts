/** D² of the absolute error: the share of it that a model saves against always answering the labels' median. */

import { weightedMedian } from './median.ts';
import { isDefined, type Metric, ratio, weightedMean } from './metric.ts';

/**
 *     D² = 1 − Σ w·|y − ŷ| / Σ w·|y − median(y)|
 *
 * Undefined where all labels are the same (scikit-learn: 1 for perfect predictions, else 0).
 */
export const d2_absolute_error_score: Metric = {
  formula: '1 − Σ w·|y − ŷ| / Σ w·|y − median(y)|',
  source: 'd2_absolute_error_score',
  differs: 'where all labels are the same 1 for perfect predictions, else 0',
  standard: false,
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  perClass: false,
  regression: ({ labels, scores }) => {
    const errors = weightedMean(
      Float64Array.from(scores, (score, row) => Math.abs(score - (labels[row] ?? 0))),
    );
    const middle = weightedMedian(labels);
    return (weights) => {
      const [error, median] = [errors(weights), middle(weights)];
      if (!isDefined(error)) return error;
      if (!isDefined(median)) return median;
      const spread = weightedMean(labels.map((label) => Math.abs(label - median)))(weights);
      const share = ratio(error, isDefined(spread) ? spread : 0, 'all labels are the same');
      return isDefined(share) ? 1 - share : share;
    };
  },
};
