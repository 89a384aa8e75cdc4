/** Cohen's kappa: how far label and predicted class agree beyond what their frequencies alone would give. */

import { type BinaryCounts, type ClassCounts, countClasses, fromCounts } from './counts.ts';
import type { Metric, MetricValue } from './metric.ts';

/**
 *     κ = (p_o − p_e) / (1 − p_e),   p_o = c / n,   p_e = Σ_k t_k·p_k / n²
 *
 * with n all rows, c those predicted right, t_k those of class k and p_k those predicted as it. Undefined where all labels and all
 * predictions are of one class (scikit-learn: NaN).
 */
export const cohen_kappa_score: Metric = {
  formula: '(p_o − p_e) / (1 − p_e): p_o the share predicted right, p_e = Σ_k t_k·p_k / n² what chance gives',
  source: 'cohen_kappa_score',
  differs: 'NaN where all labels and all predictions are of one class',
  standard: false,
  atThreshold: ofCounts,
  better: 'higher',
  range: [-1, 1],
  perClass: 'two',
  binary: fromCounts(ofCounts),
  multiclass: (predictions) => (weights) => ofClasses(countClasses(predictions, weights)),
};

function ofCounts({ tp, fp, fn, tn }: BinaryCounts): MetricValue {
  return ofClasses([
    { tp, fp, fn },
    { tp: tn, fp: fn, fn: fp },
  ]);
}

function ofClasses(classes: readonly ClassCounts[]): MetricValue {
  let [rows, right, both] = [0, 0, 0];
  for (const { tp, fp, fn } of classes) {
    rows += tp + fn;
    right += tp;
    both += (tp + fn) * (tp + fp);
  }
  if (rows === 0) return { reason: 'no rows' };
  if (classes.some(({ tp }) => tp === rows)) return { reason: 'all labels and predictions are of one class' };
  const byChance = both / rows ** 2;
  return (right / rows - byChance) / (1 - byChance);
}
