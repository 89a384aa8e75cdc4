/** What a comparison asks of a table, as SQL: counts by value or bin, so that ten million rows come back as a few numbers. */

import { identifier } from '../contract/sql.ts';
import { MergewayError } from '../errors.ts';
import type { OpenTable, Row } from '../ports/table.ts';
import type { ValueCount } from './bins.ts';
import type { Sample } from './measure.ts';

/** Distinct values of one side that a measure on samples may hold in memory. */
export const MAX_VALUES = 1_000_000;

/** Distinct categories of one side that are counted one by one. */
export const MAX_CATEGORIES = 10_000;

/** Rows of both sides that a measure may hold one by one. */
export const MAX_ROWS = 200_000;

const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

export interface Summary {
  /** All rows of the table. */
  readonly rows: number;
  /** Rows with a value: neither NULL nor NaN. */
  readonly present: number;
  readonly infinite: number;
  /** About how many values are different, by a sketch. */
  readonly distinct: number;
  /** The largest finite number. */
  readonly highest: number;
}

export async function summarise(table: OpenTable, column: string, numeric: boolean): Promise<Summary> {
  const value = valueSql(column, numeric);
  const finite = numeric
    ? `count(*) FILTER (WHERE isinf(v)) AS infinite, max(v) FILTER (WHERE isfinite(v)) AS highest`
    : '0 AS infinite, 0 AS highest';
  const [row = {}] = await table.query(
    `SELECT count(*) AS rows, count(v) AS present, approx_count_distinct(v) AS distinct_values, ${finite} FROM (SELECT ${value} AS v FROM data)`,
  );
  return {
    rows: number(row, 'rows'),
    present: number(row, 'present'),
    infinite: number(row, 'infinite'),
    distinct: number(row, 'distinct_values'),
    highest: number(row, 'highest'),
  };
}

/** The reference's deciles, each a value that occurs; empty when nothing is finite. */
export async function decilesOf(table: OpenTable, column: string): Promise<number[]> {
  const rows = await table.query(
    `SELECT unnest(quantile_disc(v, [${DECILES.join(', ')}])) AS edge FROM (SELECT ${valueSql(column, true)} AS v FROM data) WHERE isfinite(v)`,
  );
  return rows.map((row) => number(row, 'edge'));
}

/** Rows per bin: up to each edge, above the last, and missing. */
export async function binCounts(
  table: OpenTable,
  column: string,
  edges: readonly number[],
): Promise<number[]> {
  const cases = edges.map((edge, bin) => `WHEN v <= CAST('${edge}' AS DOUBLE) THEN ${bin}`).join(' ');
  const rows = await table.query(
    `SELECT CASE WHEN v IS NULL THEN ${edges.length + 1} ${cases} ELSE ${edges.length} END AS bin, count(*) AS rows
     FROM (SELECT ${valueSql(column, true)} AS v FROM data) GROUP BY bin`,
  );
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (const row of rows) counts[number(row, 'bin')] = number(row, 'rows');
  return counts;
}

/** Rows per value as text, missing ones under null, the most frequent first; undefined when there are too many values. */
export async function valueCounts(
  table: OpenTable,
  column: string,
  numeric: boolean,
): Promise<ValueCount[] | undefined> {
  const rows = await table.query(
    `SELECT CAST(v AS VARCHAR) AS value, count(*) AS rows FROM (SELECT ${valueSql(column, numeric)} AS v FROM data)
     GROUP BY v ORDER BY rows DESC, value LIMIT ${MAX_CATEGORIES + 2}`,
  );
  if (rows.length > MAX_CATEGORIES + 1) return undefined;
  return rows.map((row) => ({
    value: row.value === null ? null : String(row.value),
    rows: number(row, 'rows'),
  }));
}

/** Present values as text, in the order of the file. */
export async function valuesInOrder(
  table: OpenTable,
  column: string,
  numeric: boolean,
): Promise<readonly string[]> {
  const rows = await table.query(
    `SELECT CAST(v AS VARCHAR) AS value FROM (SELECT ${valueSql(column, numeric)} AS v FROM data) WHERE v IS NOT NULL LIMIT ${MAX_ROWS}`,
  );
  return rows.map((row) => String(row.value));
}

/** Finite values, ascending, with their counts; undefined when there are too many to hold. */
export async function sampleOf(table: OpenTable, column: string): Promise<Sample | undefined> {
  const rows = await table.query(
    `SELECT v AS value, count(*) AS rows FROM (SELECT ${valueSql(column, true)} AS v FROM data)
     WHERE isfinite(v) GROUP BY v ORDER BY v LIMIT ${MAX_VALUES + 1}`,
  );
  if (rows.length > MAX_VALUES) return undefined;
  const counts = rows.map((row) => number(row, 'rows'));
  return {
    values: rows.map((row) => number(row, 'value')),
    counts,
    total: counts.reduce((total, count) => total + count, 0),
  };
}

/** The column's value: numbers as doubles, NaN as NULL. */
function valueSql(column: string, numeric: boolean): string {
  const name = identifier(column);
  if (!numeric) return name;
  return `CASE WHEN isnan(CAST(${name} AS DOUBLE)) THEN NULL ELSE CAST(${name} AS DOUBLE) END`;
}

function number(row: Row, name: string): number {
  const cell = row[name] ?? 0;
  const value = Number(cell);
  if (Number.isNaN(value)) throw new MergewayError('MW_INTERNAL', `${name} is ${cell}, no number`);
  return value;
}
