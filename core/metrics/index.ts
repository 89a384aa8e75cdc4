/** Every metric by scikit-learn's scorer name, without `neg_`; docs/metrics.md is made of this list. Add a file, add a line. */

import { accuracy } from './accuracy.ts';
import { average_precision } from './average_precision.ts';
import { balanced_accuracy } from './balanced_accuracy.ts';
import { brier_score } from './brier_score.ts';
import { cohen_kappa_score } from './cohen_kappa_score.ts';
import { d2_absolute_error_score } from './d2_absolute_error_score.ts';
import { d2_log_loss_score } from './d2_log_loss_score.ts';
import { dcg } from './dcg.ts';
import { explained_variance } from './explained_variance.ts';
import { f1, f1_macro, f1_micro, f1_weighted } from './f1.ts';
import { jaccard, jaccard_macro, jaccard_micro, jaccard_weighted } from './jaccard.ts';
import { label_ranking_average_precision } from './label_ranking_average_precision.ts';
import { log_loss } from './log_loss.ts';
import { mase } from './mase.ts';
import { matthews_corrcoef } from './matthews_corrcoef.ts';
import { max_error } from './max_error.ts';
import { mean_absolute_error } from './mean_absolute_error.ts';
import { mean_absolute_percentage_error } from './mean_absolute_percentage_error.ts';
import { mean_gamma_deviance } from './mean_gamma_deviance.ts';
import { mean_poisson_deviance } from './mean_poisson_deviance.ts';
import { mean_reciprocal_rank } from './mean_reciprocal_rank.ts';
import { mean_squared_error } from './mean_squared_error.ts';
import { mean_squared_log_error } from './mean_squared_log_error.ts';
import { median_absolute_error } from './median_absolute_error.ts';
import { ndcg, ndcg_at_10 } from './ndcg.ts';
import { negative_likelihood_ratio } from './negative_likelihood_ratio.ts';
import { positive_likelihood_ratio } from './positive_likelihood_ratio.ts';
import { precision, precision_macro, precision_micro, precision_weighted } from './precision.ts';
import { precision_at_10 } from './precision_at_10.ts';
import { r2 } from './r2.ts';
import { recall, recall_macro, recall_micro, recall_weighted } from './recall.ts';
import { recall_at_10 } from './recall_at_10.ts';
import { roc_auc } from './roc_auc.ts';
import { roc_auc_ovo, roc_auc_ovo_weighted } from './roc_auc_ovo.ts';
import { roc_auc_ovr, roc_auc_ovr_weighted } from './roc_auc_ovr.ts';
import { root_mean_squared_error } from './root_mean_squared_error.ts';
import { root_mean_squared_log_error } from './root_mean_squared_log_error.ts';
import { smape } from './smape.ts';
import { top_k_accuracy } from './top_k_accuracy.ts';
import type { Measure, Metric } from './metric.ts';
import type { Predictions } from './predictions.ts';

export const metrics = {
  roc_auc,
  average_precision,
  accuracy,
  balanced_accuracy,
  precision,
  recall,
  f1,
  log_loss,
  brier_score,
  jaccard,
  matthews_corrcoef,
  cohen_kappa_score,
  positive_likelihood_ratio,
  negative_likelihood_ratio,
  d2_log_loss_score,
  top_k_accuracy,
  precision_macro,
  precision_micro,
  precision_weighted,
  recall_macro,
  recall_micro,
  recall_weighted,
  f1_macro,
  f1_micro,
  f1_weighted,
  jaccard_macro,
  jaccard_micro,
  jaccard_weighted,
  roc_auc_ovr,
  roc_auc_ovr_weighted,
  roc_auc_ovo,
  roc_auc_ovo_weighted,
  mean_absolute_error,
  root_mean_squared_error,
  r2,
  mean_squared_error,
  median_absolute_error,
  max_error,
  mean_absolute_percentage_error,
  mean_squared_log_error,
  root_mean_squared_log_error,
  explained_variance,
  d2_absolute_error_score,
  mean_poisson_deviance,
  mean_gamma_deviance,
  ndcg,
  ndcg_at_10,
  dcg,
  label_ranking_average_precision,
  mean_reciprocal_rank,
  precision_at_10,
  recall_at_10,
  mase,
  smape,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];

/** Every metric that fits the predictions' task (of these, if some are named), ready to measure. */
export function measuresOf(
  predictions: Predictions,
  names: readonly MetricName[] = metricNames,
): readonly { readonly name: MetricName; readonly metric: Metric; readonly measure: Measure }[] {
  return names.flatMap((name) => {
    const metric: Metric = metrics[name];
    const measure = prepare(metric, predictions);
    return measure ? [{ name, metric, measure }] : [];
  });
}

/** Whether the metric speaks of predictions of this task. */
export function isMetricOf(metric: Metric, task: Predictions['task']): boolean {
  switch (task) {
    case 'binary-classification':
      return metric.binary !== undefined;
    case 'multiclass-classification':
      return metric.multiclass !== undefined;
    case 'regression':
      return metric.regression !== undefined;
    case 'ranking':
      return metric.ranking !== undefined;
    case 'forecasting':
      return metric.forecasting !== undefined || metric.regression !== undefined;
  }
}

/** One metric, ready to measure; undefined where it does not fit the predictions' task. */
export function measureOf(name: MetricName, predictions: Predictions): Measure | undefined {
  return prepare(metrics[name], predictions);
}

function prepare(metric: Metric, predictions: Predictions): Measure | undefined {
  switch (predictions.task) {
    case 'binary-classification':
      return metric.binary?.(predictions);
    case 'multiclass-classification':
      return metric.multiclass?.(predictions);
    case 'regression':
      return metric.regression?.(predictions);
    case 'ranking':
      return metric.ranking?.(predictions);
    case 'forecasting':
      return metric.forecasting?.(predictions) ?? metric.regression?.(predictions);
  }
}
