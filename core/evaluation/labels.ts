/** Cells as labels of a task. A label that is missing or of another kind is refused by its row: it would be judged wrongly in silence. */

import { MergewayError } from '../errors.ts';
import type { Cell } from '../ports/table.ts';
import { badRowsText, cellText, isMissing } from './cell-text.ts';
import { type NameRow, numberOf } from './tensors.ts';

export interface LabelColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly nameRow: NameRow;
}

/** 1 for `1` and `true`, 0 for `0` and `false`, as number, boolean or text. MW_ROWS_INVALID. */
export function binaryLabels(column: LabelColumn): Uint8Array {
  const isBad = (cell: Cell) => binaryLabel(cell) === undefined;
  return Uint8Array.from(
    column.cells,
    (cell, row) => binaryLabel(cell) ?? refuse(column, row, { expected: '0 or 1, false or true', isBad }),
  );
}

/** The cell as 0 or 1; undefined where it is neither. */
export function binaryLabel(cell: Cell): 0 | 1 | undefined {
  const text = String(cell).toLowerCase();
  if (text === '1' || text === 'true' || text === '1.0') return 1;
  if (text === '0' || text === 'false' || text === '0.0') return 0;
  return undefined;
}

/** A finite number each. MW_ROWS_INVALID. */
export function numericLabels(column: LabelColumn): Float64Array {
  const isBad = (cell: Cell) => finiteNumber(cell) === undefined;
  return Float64Array.from(
    column.cells,
    (cell, row) => finiteNumber(cell) ?? refuse(column, row, { expected: 'a number', isBad }),
  );
}

/** How relevant a row is, 0 or more each. MW_ROWS_INVALID. */
export function relevanceLabels(column: LabelColumn): Float64Array {
  const isBad = (cell: Cell) => relevance(cell) === undefined;
  return Float64Array.from(
    column.cells,
    (cell, row) => relevance(cell) ?? refuse(column, row, { expected: 'a relevance, 0 or more', isBad }),
  );
}

function relevance(cell: Cell): number | undefined {
  const value = finiteNumber(cell);
  return value !== undefined && value >= 0 ? value : undefined;
}

/** The cell as a finite number; undefined for NaN, infinities and everything that is none. */
export function finiteNumber(cell: Cell): number | undefined {
  const value = numberOf(cell);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/**
 * Classes as a model's score columns stand: the labels sorted (numbers by value, text by code unit, as numpy sorts). Labels
 * 0 … width−1 are indices already, also where some do not occur. MW_ROWS_INVALID for a missing label.
 */
export function classLabels(
  column: LabelColumn,
  width: number | null,
): { readonly classes: readonly string[]; readonly labels: Int32Array } {
  const missing = column.cells.findIndex(isMissing);
  if (missing >= 0) refuse(column, missing, { expected: 'a class', isBad: isMissing });

  const classes = isIndexed(column.cells, width)
    ? Array.from({ length: width ?? 0 }, (_, index) => String(index))
    : sortedClasses(column.cells);
  const places = new Map(classes.map((name, index) => [name, index]));
  return { classes, labels: Int32Array.from(column.cells, (cell) => places.get(String(cell)) ?? -1) };
}

/** Distinct cells as text: numbers by value, everything else by code unit. */
export function sortedClasses(cells: Iterable<Cell>): readonly string[] {
  const distinct = [...new Set(cells)];
  const allNumbers = distinct.every((cell) => typeof cell === 'number');
  return allNumbers
    ? distinct.sort((a, b) => Number(a) - Number(b)).map(String)
    : [...new Set(distinct.map(String))].sort();
}

function isIndexed(cells: readonly Cell[], width: number | null): boolean {
  return (
    width !== null &&
    cells.every((cell) => Number.isInteger(cell) && Number(cell) >= 0 && Number(cell) < width)
  );
}

function refuse(
  { name, cells, nameRow }: LabelColumn,
  row: number,
  { expected, isBad }: { readonly expected: string; readonly isBad: (cell: Cell) => boolean },
): never {
  throw new MergewayError(
    'MW_ROWS_INVALID',
    `${nameRow(row)}, label ${name}: expected ${expected}, got ${cellText(cells[row])}${badRowsText(cells, isBad)}`,
  );
}
