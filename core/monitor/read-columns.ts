/** The window's counts in the profile's own bins and values: numbers several columns a pass, categories one by one. */

import { literal } from '../contract/sql.ts';
import type { CategoryProfile, NumberProfile, Profile } from '../evidence/profile.ts';
import type { Progress } from '../ports/progress.ts';
import type { OpenTable, Row } from '../ports/table.ts';
import { shortest } from '../profile/bins.ts';
import { kindOfValues } from '../profile/columns.ts';
import { doubleSql, numberSql, textSql } from '../profile/value-sql.ts';
import { type WindowOfTable, windowSql } from './relation.ts';
import type { CategoryCounts, Counted, NumberCounts } from './summary.ts';

/** A column of the table, and the profile that it is counted by. */
export interface ColumnToCount {
  /** Undefined: the table has none. */
  readonly column: string | undefined;
  readonly profile: Profile;
}

/** Numbers that are counted in one pass over the rows. */
const COLUMNS_A_PASS = 16;

/** Values that the profile does not list and that are brought along by name. */
const MOST_OTHERS = 20;

/** Counts in the order of the columns. */
export async function countColumns(
  window: WindowOfTable,
  columns: readonly ColumnToCount[],
  progress: Progress,
): Promise<readonly Counted[]> {
  const found = columns.map((one): Counted | undefined => absent(window.table, one));
  const open = columns.flatMap(({ column, profile }, place) =>
    found[place] || column === undefined ? [] : [{ column, profile, place }],
  );
  const numbers = open.flatMap((one) => (isNumber(one) ? [one] : []));
  for (let from = 0; from < numbers.length; from += COLUMNS_A_PASS) {
    const batch = numbers.slice(from, from + COLUMNS_A_PASS);
    const counted = await countNumbers(window, batch);
    for (const [index, { place }] of batch.entries()) found[place] = counted[index];
    progress.say(`counted ${Math.min(from + COLUMNS_A_PASS, numbers.length)} of ${columns.length} columns`);
  }
  for (const one of open) {
    if (one.profile.kind !== 'category') continue;
    found[one.place] = await countCategories(window, one.column, one.profile);
  }
  return found.map((counted) => counted ?? { kind: 'none', reason: 'it is not compared' });
}

interface OpenColumn<Kind extends Profile> {
  readonly column: string;
  readonly profile: Kind;
  readonly place: number;
}

function isNumber(one: OpenColumn<Profile>): one is OpenColumn<NumberProfile> {
  return one.profile.kind === 'number';
}

function absent(table: OpenTable, { column, profile }: ColumnToCount): Counted | undefined {
  if (profile.kind === 'skipped') return { kind: 'none', reason: profile.reason };
  const described = table.columns.find(({ name }) => name === column);
  if (!described) return { kind: 'none', reason: 'the window has no such column' };
  const kind = kindOfValues(described);
  const wanted = profile.kind === 'category' && profile.of === 'text' ? 'text' : 'number';
  if (kind === wanted) return undefined;
  const was = wanted === 'text' ? 'text' : 'numbers';
  return {
    kind: 'none',
    reason: `it is ${described.type.slice(0, 100)} now, and was ${was} in the reference`,
  };
}

async function countNumbers(
  window: WindowOfTable,
  columns: readonly OpenColumn<NumberProfile>[],
): Promise<readonly NumberCounts[]> {
  const values = columns.map(({ column }, index) => `${numberSql(column)} AS v${index}`);
  const counts = columns.map(({ profile }, index) => {
    const edges = profile.edges.map((edge) => doubleSql(Math.fround(edge)));
    return [
      `count(v${index}) AS present${index}`,
      `CAST(map_values(histogram(v${index}, CAST([${edges.join(', ')}] AS DOUBLE[]))) AS VARCHAR) AS bins${index}`,
      `count(*) FILTER (WHERE ${beneath(profile, `v${index}`)}) AS beneath${index}`,
      `count(*) FILTER (WHERE ${beyond(profile, `v${index}`)}) AS beyond${index}`,
    ].join(', ');
  });
  const [row = {}] = await window.table.query(
    `SELECT count(*) AS total, ${counts.join(', ')} FROM (SELECT ${values.join(', ')} FROM (${windowSql(window)}))`,
  );
  return columns.map(({ profile }, index) => ({
    kind: 'number',
    rows: number(row, 'total'),
    missing: number(row, 'total') - number(row, `present${index}`),
    counts: binsOf(row[`bins${index}`], profile.edges.length + 1),
    beneath: number(row, `beneath${index}`),
    beyond: number(row, `beyond${index}`),
  }));
}

/** Where the reference had infinite values, nothing lies beyond it. */
function beneath({ below, lowest }: NumberProfile, value: string): string {
  return below > 0 || lowest === null ? 'false' : `${value} < ${doubleSql(Math.fround(lowest))}`;
}

function beyond({ above, highest }: NumberProfile, value: string): string {
  return above > 0 || highest === null ? 'false' : `${value} > ${doubleSql(Math.fround(highest))}`;
}

/** `[3, 0, 2]`: rows up to each edge; rows above the last stand behind only where there are any. */
function binsOf(text: Row[string] | undefined, bins: number): readonly number[] {
  const counts = typeof text === 'string' ? text.slice(1, -1).split(',').map(Number) : [];
  return Array.from({ length: bins }, (_, bin) => counts[bin] ?? 0);
}

async function countCategories(
  window: WindowOfTable,
  column: string,
  profile: CategoryProfile,
): Promise<CategoryCounts> {
  const isText = profile.of === 'text';
  const value = isText ? textSql(column) : numberSql(column);
  const listed = profile.values.map((one) =>
    isText ? literal(one.value) : doubleSql(Math.fround(Number(one.value))),
  );
  const isListed = listed.length > 0 ? `coalesce(v IN (${listed.join(', ')}), false)` : 'false';
  const rows = await window.table.query(
    `WITH counted AS (SELECT v, count(*) AS n FROM (SELECT ${value} AS v FROM (${windowSql(window)})) GROUP BY v)
     SELECT v, n, ${isListed} AS listed, CAST(sum(n) OVER () AS BIGINT) AS total, CAST(coalesce(sum(n) FILTER (WHERE v IS NULL) OVER (), 0) AS BIGINT) AS missing
     FROM counted ORDER BY listed DESC, v IS NULL, n DESC, v LIMIT ${listed.length + MOST_OTHERS}`,
  );
  const [first = {}] = rows;
  const [total, missing] = [number(first, 'total'), number(first, 'missing')];
  const byValue = new Map(
    rows.flatMap((row) => (row.listed === true ? [[textOf(row, isText), number(row, 'n')]] : [])),
  );
  const counts = profile.values.map((one) => byValue.get(one.value) ?? 0);
  return {
    kind: 'category',
    rows: total,
    missing,
    counts,
    others: total - missing - counts.reduce((sum, count) => sum + count, 0),
    otherValues: rows.flatMap((row) =>
      row.listed === true || row.v === null ? [] : [{ value: textOf(row, isText), rows: number(row, 'n') }],
    ),
  };
}

function textOf({ v }: Row, isText: boolean): string {
  return isText ? String(v) : String(shortest(Number(v)));
}

function number(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}
