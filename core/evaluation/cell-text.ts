/** Cells in messages: what was there instead, and how many rows have the same trouble. */

import type { Cell } from '../ports/table.ts';

const LONGEST = 100;

/** `an empty cell`, `NaN`, `"abc"`. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return 'an empty cell';
  return typeof cell === 'string' ? JSON.stringify(cell.slice(0, LONGEST)) : String(cell);
}

/** ` (3 of 10 rows: 2 empty, 1 NaN)`: what is wrong with all rows that are; nothing where only one is. */
export function badRowsText(cells: readonly Cell[], isBad: (cell: Cell) => boolean): string {
  const bad = cells.filter(isBad);
  const empty = bad.filter((cell) => cell === null).length;
  const nan = bad.filter((cell) => Number.isNaN(cell)).length;
  return badCountsText({ bad: bad.length, empty, nan, rows: cells.length });
}

export interface BadCounts {
  readonly bad: number;
  /** Of the bad ones. */
  readonly empty: number;
  readonly nan: number;
  readonly rows: number;
}

/** The same of counts. */
export function badCountsText({ bad, empty, nan, rows }: BadCounts): string {
  if (bad <= 1) return '';
  const kinds = [
    [empty, 'empty'],
    [nan, 'NaN'],
    [bad - empty - nan, 'of another kind'],
  ] as const;
  const parts = kinds
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count.toLocaleString('en-US')} ${kind}`);
  return ` (${bad.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows: ${parts.join(', ')})`;
}

/** Whether nothing stands there: an empty cell or NaN. */
export function isMissing(cell: Cell): boolean {
  return cell === null || Number.isNaN(cell);
}
