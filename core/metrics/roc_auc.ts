/** ROC AUC: the chance that a positive row scores above a negative one, ties counting half. */

import type { Measure, Metric } from './metric.ts';
import { oneVersusRest } from './one-versus-rest.ts';
import { rank, walkTies } from './ranking.ts';

/**
 *     AUC = Σ over pairs (positive i, negative j) of w_i·w_j·([s_i > s_j] + ½[s_i = s_j])  /  (W⁺·W⁻)
 *
 * Multiclass: one class against the rest, macro average (scikit-learn's `roc_auc_ovr`).
 * Undefined where one of the classes has no rows (scikit-learn: NaN and a warning).
 */
export const roc_auc: Metric = {
  formula:
    'Σ over pairs (positive i, negative j) of wᵢ·wⱼ·([sᵢ > sⱼ] + ½[sᵢ = sⱼ]) / (W⁺·W⁻); classes: `roc_auc_ovr`',
  source: 'roc_auc_score',
  differs:
    'NaN and a warning where a class has no rows; of several classes also an error where scores do not sum to 1',
  standard: true,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: ({ labels, scores }) => rocArea(labels, scores),
  multiclass: (predictions) => oneVersusRest(predictions, rocArea),
};

/** The area of one class against the other. */
export function rocArea(labels: Uint8Array, scores: Float64Array): Measure {
  const ranking = rank(labels, scores);
  return (weights) => {
    let above = 0;
    let below = 0;
    let won = 0;
    walkTies(ranking, weights, (positives, negatives) => {
      won += negatives * (above + positives / 2);
      above += positives;
      below += negatives;
    });
    if (above === 0) return { reason: 'no row is positive' };
    if (below === 0) return { reason: 'no row is negative' };
    return won / (above * below);
  };
}
