/** Every metric by scikit-learn's scorer name, without `neg_`. Add a file, add a line. */

import { accuracy } from './accuracy.ts';
import { average_precision } from './average_precision.ts';
import { balanced_accuracy } from './balanced_accuracy.ts';
import { brier_score } from './brier_score.ts';
import { f1 } from './f1.ts';
import { log_loss } from './log_loss.ts';
import { mean_absolute_error } from './mean_absolute_error.ts';
import type { Measure, Metric } from './metric.ts';
import { precision } from './precision.ts';
import type { Predictions } from './predictions.ts';
import { r2 } from './r2.ts';
import { recall } from './recall.ts';
import { roc_auc } from './roc_auc.ts';
import { root_mean_squared_error } from './root_mean_squared_error.ts';

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
  mean_absolute_error,
  root_mean_squared_error,
  r2,
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];

/** Every metric that fits the predictions' task, ready to measure. */
export function measuresOf(
  predictions: Predictions,
): readonly { readonly name: MetricName; readonly metric: Metric; readonly measure: Measure }[] {
  return metricNames.flatMap((name) => {
    const measure = prepare(metrics[name], predictions);
    return measure ? [{ name, metric: metrics[name], measure }] : [];
  });
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
  }
}
