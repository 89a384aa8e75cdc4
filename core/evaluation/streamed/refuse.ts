/** Says which row of a table is no prediction: read again by cells, which is slow and only done to refuse. */

import { MergewayError } from '../../errors.ts';
import type { Cell, OpenTable } from '../../ports/table.ts';
import { badCountsText, cellText } from '../cell-text.ts';

export interface Expected {
  readonly column: string;
  /** Such as `label late`, for the message. */
  readonly named: string;
  readonly expected: string;
  readonly isBad: (cell: Cell) => boolean;
  /** In place of what was expected and how many rows are bad. */
  readonly problem?: (cell: Cell) => string;
}

/** MW_ROWS_INVALID for the first bad row of the first column that has one; nothing where all are well. */
export async function refuseBadRows(table: OpenTable, wanted: readonly Expected[]): Promise<void> {
  for (const one of wanted) await refuseBadColumn(table, one);
}

async function refuseBadColumn(
  table: OpenTable,
  { column, named, expected, isBad, problem }: Expected,
): Promise<void> {
  let rows = 0;
  let first: { readonly row: number; readonly cell: Cell } | undefined;
  const counts = { bad: 0, empty: 0, nan: 0 };
  for await (const batch of table.read({ columns: [column] })) {
    for (const cell of batch.columns[column] ?? []) {
      rows++;
      if (!isBad(cell)) continue;
      first ??= { row: rows, cell };
      counts.bad++;
      if (cell === null) counts.empty++;
      if (Number.isNaN(cell)) counts.nan++;
    }
  }
  if (!first) return;
  const received = `expected ${expected}, got ${cellText(first.cell)}${badCountsText({ ...counts, rows })}`;
  throw new MergewayError(
    'MW_ROWS_INVALID',
    `row ${first.row}, ${named}: ${problem?.(first.cell) ?? received}`,
  );
}
