/** Explained variance: as R², but a constant error counts for nothing. */

import { isDefined, type Metric, ratio } from './metric.ts';
import { spread } from './spread.ts';

/**
 *     1 − Var(y − ŷ) / Var(y),   variances with weights
 *
 * Undefined where all labels are the same (scikit-learn: 1 for a constant error, else 0).
 */
export const explained_variance: Metric = {
  formula: '1 − Var(y − ŷ) / Var(y), variances with weights',
  source: 'explained_variance_score',
  differs: 'where all labels are the same 1 for a constant error, else 0',
  standard: false,
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  perClass: false,
  regression: ({ labels, scores }) => {
    const spreadOfErrors = spread(labels.map((label, row) => label - (scores[row] ?? 0)));
    const spreadOfLabels = spread(labels);
    return (weights) => {
      const share = ratio(spreadOfErrors(weights), spreadOfLabels(weights), 'all labels are the same');
      return isDefined(share) ? 1 - share : share;
    };
  },
};
