/**
 * A column's value as profiles and monitors compare it, the same on both sides. Numbers: rounded to 32-bit floats, since a model that takes
 * those is logged with those, and 0.30000001 must not lie beyond a holdout that ends at 0.3; missing is NULL or NaN. Text: missing is
 * NULL or empty, long texts are shortened.
 */

import { identifier } from '../contract/sql.ts';
import { LONGEST_CATEGORY } from '../evidence/profile.ts';

const DIGEST = 32;

export function numberSql(column: string): string {
  const value = `CAST(${identifier(column)} AS DOUBLE)`;
  return `CASE WHEN isnan(${value}) THEN NULL ELSE coalesce(CAST(TRY_CAST(${value} AS FLOAT) AS DOUBLE), ${value} * CAST('inf' AS DOUBLE)) END`;
}

export function textSql(column: string): string {
  const text = `NULLIF(replace(CAST(${identifier(column)} AS VARCHAR), chr(0), '�'), '')`;
  const head = `left(${text}, ${LONGEST_CATEGORY - DIGEST - 1})`;
  return `CASE WHEN length(${text}) > ${LONGEST_CATEGORY} THEN ${head} || '…' || md5(${text}) ELSE ${text} END`;
}

/** A number as a literal, infinities included. */
export function doubleSql(value: number): string {
  if (Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`;
  return `CAST('${value > 0 ? 'inf' : '-inf'}' AS DOUBLE)`;
}
