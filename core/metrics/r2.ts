/** R²: the share of the label's variance that the predictions explain; negative when the mean would do better. */

import { type Metric, ratio } from './metric.ts';

/**
 *     R² = 1 − Σ w·(y − ŷ)² / Σ w·(y − ȳ)²,   ȳ = Σ w·y / Σ w
 *
 * Undefined where all labels are the same (scikit-learn: 1 for perfect predictions, else 0).
 */
export const r2: Metric = {
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  perClass: false,
  regression: ({ labels, scores }) => {
    const squares = Float64Array.from(labels, (label, row) => (label - (scores[row] ?? 0)) ** 2);
    return (weights) => {
      let total = 0;
      let sum = 0;
      for (let row = 0; row < labels.length; row++) {
        const weight = weights[row] ?? 0;
        total += weight;
        sum += weight * (labels[row] ?? 0);
      }
      const mean = sum / total;
      let unexplained = 0;
      let spread = 0;
      for (let row = 0; row < labels.length; row++) {
        const weight = weights[row] ?? 0;
        unexplained += weight * (squares[row] ?? 0);
        spread += weight * ((labels[row] ?? 0) - mean) ** 2;
      }
      const share = ratio(unexplained, spread, 'all labels are the same');
      return typeof share === 'number' ? 1 - share : share;
    };
  },
};
