/** Matthews' correlation coefficient between label and predicted class; of several classes Gorodkin's R_K (2004). */

import { type BinaryCounts, type ClassCounts, countClasses, fromCounts } from './counts.ts';
import type { Metric, MetricValue } from './metric.ts';

/**
 *     MCC = (n·c − Σ_k t_k·p_k) / √((n² − Σ t_k²)·(n² − Σ p_k²))
 *
 * with n all rows, c those predicted right, t_k those of class k and p_k those predicted as it. Undefined where only one class
 * occurs among the labels or among the predictions (scikit-learn: 0).
 */
export const matthews_corrcoef: Metric = {
  formula:
    '(n·c − Σ_k t_k·p_k) / √((n² − Σ t_k²)·(n² − Σ p_k²)): n rows, c right, t_k of class k, p_k predicted k',
  source: 'matthews_corrcoef',
  differs: '0 where labels or predictions are all of one class',
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
  let [rows, right, both, labels, predictions] = [0, 0, 0, 0, 0];
  for (const { tp, fp, fn } of classes) {
    rows += tp + fn;
    right += tp;
    both += (tp + fn) * (tp + fp);
    labels += (tp + fn) ** 2;
    predictions += (tp + fp) ** 2;
  }
  if (rows === 0) return { reason: 'no rows' };
  if (classes.some(({ tp, fn }) => tp + fn === rows)) return { reason: 'all labels are of one class' };
  if (classes.some(({ tp, fp }) => tp + fp === rows)) return { reason: 'all predictions are of one class' };
  const square = rows ** 2;
  return (rows * right - both) / Math.sqrt((square - labels) * (square - predictions));
}
