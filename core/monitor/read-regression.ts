/**
 * Metrics of a regression on a window's labelled rows, with standard errors: means of losses by √(variance / n), the root of the mean square
 * by the delta method, R² by the infinitesimal jackknife.
 */

import type { MetricName } from '../metrics/index.ts';
import { counted } from '../plural.ts';
import type { Row } from '../ports/table.ts';
import { nothing, type WithError } from './confusion-error.ts';
import { type LabelledWindow, labelledSql } from './labelled.ts';

/** Squares of squares of larger numbers leave what a double holds; the database refuses to sum those, and with them the whole window. */
const LARGEST = 1e30;

export async function regressionMeasures(
  window: LabelledWindow,
): Promise<{ readonly rows: number; of(metric: MetricName): Promise<WithError | undefined> }> {
  const [row = {}] = await window.table.query(
    `WITH labelled AS (SELECT *, greatest(abs(p), abs(y)) > ${LARGEST} AS is_outside FROM (${labelledSql(window)})),
     rows AS (SELECT p, y, y - avg(y) OVER () AS d FROM labelled WHERE NOT is_outside),
     means AS (SELECT avg((p - y) ** 2) AS squares, avg(d ** 2) AS around FROM rows)
     SELECT (SELECT count(*) FROM labelled) AS n, (SELECT count(*) FROM labelled WHERE is_outside) AS outside, avg(abs(p - y)) AS absolute, stddev_samp(abs(p - y)) AS absolute_spread, avg((p - y) ** 2) AS squared, stddev_samp((p - y) ** 2) AS squared_spread,
       min(around) AS around, stddev_samp(squares * d ** 2 / nullif(around, 0) ** 2 - (p - y) ** 2 / nullif(around, 0)) AS r2_spread FROM rows, means`,
  );
  const rows = number(row, 'n');
  return { rows, of: async (metric) => measure(metric, row, rows) };
}

function measure(metric: MetricName, row: Row, rows: number): WithError | undefined {
  if (rows < 2) return nothing('one row has no spread');
  const outside = number(row, 'outside');
  if (outside > 0) return nothing(`${counted(outside, 'row')} of scores or labels beyond ${LARGEST}`);
  const [squared, around] = [number(row, 'squared'), number(row, 'around')];
  const squaredError = number(row, 'squared_spread') / Math.sqrt(rows);
  switch (metric) {
    case 'mean_absolute_error':
      return { value: number(row, 'absolute'), error: number(row, 'absolute_spread') / Math.sqrt(rows) };
    case 'root_mean_squared_error': {
      const value = Math.sqrt(squared);
      return { value, error: value === 0 ? 0 : squaredError / (2 * value) };
    }
    case 'r2':
      if (around === 0) return nothing('every label is the same');
      return { value: 1 - squared / around, error: number(row, 'r2_spread') / Math.sqrt(rows) };
    default:
      return undefined;
  }
}

function number(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}
