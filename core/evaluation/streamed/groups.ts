/** Groups of a table that is not held: their values by one query, and each row's group as a number by a join with the same. */

import { identifier } from '../../contract/sql.ts';
import { MergewayError } from '../../errors.ts';
import type { Cell, OpenTable } from '../../ports/table.ts';
import { type Grouping, groupRows } from '../groups.ts';

/** Distinct combinations that are looked at before they are called too many. */
const MOST_COMBINATIONS = 20_000;

export interface StreamedGroups {
  readonly grouping: Grouping;
  /** Of each group a cell of each column, as the table has it. */
  readonly cells: readonly (readonly Cell[])[];
  /** The group of a combination's number. */
  readonly groupOf: Int32Array;
  /** Table with a column `combination`, to select from. */
  readonly sql: string;
}

/** MW_GROUPS_TOO_MANY. */
export async function streamedGroups(table: OpenTable, by: readonly string[]): Promise<StreamedGroups> {
  const names = by.map(identifier);
  const numbered = `SELECT ${names.map((name, index) => `${name} AS value${index}`).join(', ')}, row_number() OVER (ORDER BY ${names.join(', ')}) - 1 AS combination FROM (SELECT DISTINCT ${names.join(', ')} FROM data)`;
  const rows = await table.query(`${numbered} ORDER BY combination LIMIT ${MOST_COMBINATIONS + 1}`);
  if (rows.length > MOST_COMBINATIONS) {
    throw new MergewayError(
      'MW_GROUPS_TOO_MANY',
      `${by.join(', ')} makes more than ${MOST_COMBINATIONS} groups`,
    );
  }
  const columns = Object.fromEntries(
    by.map((name, index) => [name, rows.map((row) => row[`value${index}`] ?? null)]),
  );
  const grouping = groupRows(by, columns, rows.length);
  const first = grouping.groups.map((_, group) => grouping.codes.indexOf(group));
  const same = names.map((name, index) => `data.${name} IS NOT DISTINCT FROM numbered.value${index}`);
  return {
    grouping,
    cells: first.map((row) => by.map((name) => columns[name]?.[row] ?? null)),
    groupOf: grouping.codes,
    sql: `data JOIN (${numbered}) AS numbered ON ${same.join(' AND ')}`,
  };
}
