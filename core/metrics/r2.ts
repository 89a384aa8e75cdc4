/** R²: the share of the label's variance that the predictions explain; negative when the mean would do better. */

import { isDefined, type Metric, ratio } from './metric.ts';
import { spread } from './spread.ts';

/**
 *     R² = 1 − Σ w·(y − ŷ)² / Σ w·(y − ȳ)²,   ȳ = Σ w·y / Σ w
 *
 * Undefined where all labels are the same (scikit-learn: 1 for perfect predictions, else 0).
 */
export const r2: Metric = {
  formula: '1 − Σ w·(y − ŷ)² / Σ w·(y − ȳ)²',
  source: 'r2_score',
  differs: 'where all labels are the same 1 for perfect predictions, else 0',
  standard: true,
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  perClass: false,
  regression: ({ labels, scores }) => {
    const errors = labels.map((label, row) => (label - (scores[row] ?? 0)) ** 2);
    const spreadOfLabels = spread(labels);
    return (weights) => {
      let unexplained = 0;
      for (let row = 0; row < errors.length; row++) unexplained += (weights[row] ?? 0) * (errors[row] ?? 0);
      const share = ratio(unexplained, spreadOfLabels(weights), 'all labels are the same');
      return isDefined(share) ? 1 - share : share;
    };
  },
};
