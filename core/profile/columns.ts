/** Profiles of a table's columns, counted in the database: a summary of all columns at once, then one pass a column for its bins or values. */

import { kindOf } from '../drift/columns.ts';
import type { CategoryProfile, ColumnProfile, NumberProfile, Profile } from '../evidence/profile.ts';
import { MOST_CATEGORIES } from '../evidence/profile.ts';
import type { Progress } from '../ports/progress.ts';
import type { Column, OpenTable, Row } from '../ports/table.ts';
import { FINE_BINS } from './bins.ts';
import { FEW_VALUES, type Finite, profileOfSteps } from './numbers.ts';
import { numberSql, textSql } from './value-sql.ts';

export interface ColumnsToProfile {
  /** In the order of the profile; one that the table lacks is left out with a reason. */
  readonly columns: readonly string[];
  /** Columns whose values must not leave the data, in lower case. */
  readonly restricted: ReadonlySet<string>;
}

/** Share of different values from which text is a key, and rows from which that can be told. */
const KEY_SHARE = 0.95;
const KEY_ROWS = 20;

export async function profileColumns(
  table: OpenTable,
  { columns, restricted }: ColumnsToProfile,
  progress: Progress,
): Promise<readonly ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (const name of columns) {
    const column = table.columns.find((one) => one.name === name);
    const skipped = restricted.has(name.toLowerCase()) ? 'restricted by the contract' : reasonToSkip(column);
    const profile: Profile =
      column && skipped === undefined
        ? await profileColumn(table, column)
        : { kind: 'skipped', reason: skipped ?? '' };
    profiles.push({ column: name, profile });
    if (profiles.length % 20 === 0) progress.say(`profiled ${profiles.length} of ${columns.length} columns`);
  }
  return profiles;
}

function reasonToSkip(column: Column | undefined): string | undefined {
  if (!column) return 'the data has no such column';
  if (kindOfValues(column) === 'time') return 'timestamps move by themselves';
  return kindOfValues(column) === 'other'
    ? `${column.type.slice(0, 100)} values are not compared`
    : undefined;
}

/** Switches are the numbers 0 and 1, as models get them. */
export function kindOfValues(column: Column): 'number' | 'text' | 'time' | 'other' {
  if (column.type === 'BOOLEAN') return 'number';
  const kind = kindOf(column);
  if (kind === 'numeric') return 'number';
  return kind === 'categorical' ? 'text' : kind;
}

async function profileColumn(table: OpenTable, column: Column): Promise<Profile> {
  return kindOfValues(column) === 'number'
    ? numberProfile(table, column.name)
    : textProfile(table, column.name);
}

/** One row per value that ends one of the equal shares, or per value where there are few. */
async function numberProfile(table: OpenTable, column: string): Promise<NumberProfile | CategoryProfile> {
  const values = `SELECT ${numberSql(column)} AS v FROM data`;
  const [summary = {}] = await table.query(
    `SELECT count(*) AS total, count(*) - count(v) AS missing, min(v) FILTER (WHERE isfinite(v)) AS lowest,
       count(*) FILTER (WHERE isinf(v) AND v < 0) AS below, count(*) FILTER (WHERE isinf(v) AND v > 0) AS above FROM (${values})`,
  );
  const rows = await table.query(
    `WITH counted AS (SELECT v, count(*) AS n FROM (${values}) WHERE isfinite(v) GROUP BY v),
     summed AS (SELECT v, n, CAST(sum(n) OVER (ORDER BY v) AS BIGINT) AS up_to, CAST(sum(n) OVER () AS BIGINT) AS total, count(*) OVER () AS different FROM counted)
     SELECT * FROM summed WHERE different <= ${FEW_VALUES} OR (up_to * ${FINE_BINS}) // total > ((up_to - n) * ${FINE_BINS}) // total ORDER BY v`,
  );
  const finite: Finite = {
    steps: rows.map((row) => ({
      value: number(row, 'v'),
      rows: number(row, 'n'),
      upTo: number(row, 'up_to'),
    })),
    lowest: summary.lowest === null ? null : number(summary, 'lowest'),
    distinct: rows[0] ? number(rows[0], 'different') : 0,
  };
  return profileOfSteps(finite, {
    rows: number(summary, 'total'),
    missing: number(summary, 'missing'),
    below: number(summary, 'below'),
    above: number(summary, 'above'),
  });
}

async function textProfile(table: OpenTable, column: string): Promise<Profile> {
  const rows = await table.query(
    `WITH counted AS (SELECT v, count(*) AS n FROM (SELECT ${textSql(column)} AS v FROM data) GROUP BY v)
     SELECT v, n, CAST(sum(n) OVER () AS BIGINT) AS total, count(v) OVER () AS different, CAST(coalesce(sum(n) FILTER (WHERE v IS NULL) OVER (), 0) AS BIGINT) AS missing
     FROM counted ORDER BY v IS NULL, n DESC, v LIMIT ${MOST_CATEGORIES}`,
  );
  const [first = {}] = rows;
  const [total, distinct, missing] = [
    number(first, 'total'),
    number(first, 'different'),
    number(first, 'missing'),
  ];
  const present = total - missing;
  if (present >= KEY_ROWS && distinct >= KEY_SHARE * present) {
    return { kind: 'skipped', reason: `looks like a key: ${distinct} different values in ${present} rows` };
  }
  const values = rows.flatMap((row) =>
    row.v === null ? [] : [{ value: String(row.v), rows: number(row, 'n') }],
  );
  const listed = values.reduce((sum, entry) => sum + entry.rows, 0);
  return { kind: 'category', of: 'text', rows: total, missing, distinct, values, others: present - listed };
}

function number(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}
