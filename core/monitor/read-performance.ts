/** The metrics that a policy watches, measured on the window's labelled rows. */

import type { MetricName } from '../metrics/index.ts';
import { has } from './relation.ts';
import type { WithError } from './confusion-error.ts';
import type { LabelledWindow } from './labelled.ts';
import { binaryMeasures } from './read-binary.ts';
import { regressionMeasures } from './read-regression.ts';
import type { MeasuredMetric } from './summary.ts';

export interface Performance {
  readonly labelled: number;
  readonly performance: readonly MeasuredMetric[];
}

export async function measurePerformance(
  window: LabelledWindow,
  wanted: readonly MetricName[],
): Promise<Performance> {
  if (window.labels === undefined) return unmeasured(wanted, 'there are no labels');
  if (!has(window.table, 'score')) return unmeasured(wanted, 'the predictions have no column `score`');
  if (window.task !== 'binary-classification' && window.task !== 'regression') {
    return unmeasured(wanted, UNMEASURED[window.task]);
  }
  const measures = await (window.task === 'regression' ? regressionMeasures(window) : binaryMeasures(window));
  const performance: MeasuredMetric[] = [];
  for (const metric of new Set(wanted)) {
    const found: WithError | undefined = measures.rows === 0 ? NO_ROWS : await measures.of(metric);
    const nothing = { value: null, error: null, reason: `not measured on live ${window.task}` };
    performance.push({ metric, rows: measures.rows, ...(found ?? nothing) });
  }
  return { labelled: measures.rows, performance };
}

const UNMEASURED = {
  'multiclass-classification': 'metrics of several classes are not measured on live predictions',
  ranking: 'metrics of rankings are not measured on live predictions, which come row by row and not by list',
  forecasting:
    "metrics of forecasts are not measured on live predictions: one series' errors are not independent",
} as const;

const NO_ROWS = { value: null, error: null, reason: 'no rows have labels' } as const;

function unmeasured(wanted: readonly MetricName[], reason: string): Performance {
  const none = { rows: 0, value: null, error: null, reason };
  return { labelled: 0, performance: wanted.map((metric) => ({ metric, ...none })) };
}
