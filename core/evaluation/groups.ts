/** Rows by group: what bias gates and reports break results down by. */

import { type GroupColumn, groupColumnName, sourceColumn } from '../config/group-column.ts';
import { MergewayError } from '../errors.ts';
import type { Cell } from '../ports/table.ts';
import { cellText, isMissing } from './cell-text.ts';

/** Evidence stays small and readers sane. */
const MOST_GROUPS = 2000;
const MOST_GROUPS_TOGETHER = 10_000;
const MOST_GROUPINGS = 50;

/** What stands for a missing value: missing is a group of its own, not a row less (Fairlearn drops it). */
export const MISSING = '(missing)';

const LONGEST_VALUE = 200;

export interface Grouping {
  /** Names of the columns; with bins, `age(18, 30)`. */
  readonly by: readonly string[];
  /** Values of each group, sorted. */
  readonly groups: readonly (readonly string[])[];
  /** Index into `groups` of each row. */
  readonly codes: Int32Array;
}

/** A bias gate, as far as it says which groups it compares. */
interface Breakdown {
  readonly by: readonly GroupColumn[];
  readonly control?: readonly GroupColumn[] | undefined;
}

/** The columns whose values make a gate's groups: those compared, then those of the control features. */
export function groupingOf({ by, control = [] }: Breakdown): readonly GroupColumn[] {
  return [...by, ...control];
}

/** Every distinct set of columns to group by: single ones and those of the bias gates. */
export function groupingsWanted(
  singles: readonly GroupColumn[],
  gates: readonly Breakdown[],
): readonly (readonly GroupColumn[])[] {
  const wanted = new Map<string, readonly GroupColumn[]>();
  for (const by of [...singles.map((column) => [column]), ...gates.map(groupingOf)]) {
    wanted.set(JSON.stringify(by.map(groupColumnName)), by);
  }
  if (wanted.size > MOST_GROUPINGS) {
    throw new MergewayError(
      'MW_GROUPS_TOO_MANY',
      `gates and groups break the rows down in ${wanted.size} ways, at most ${MOST_GROUPINGS} fit`,
    );
  }
  return [...wanted.values()];
}

/** Groups rows by these columns. Groups that no row is in do not exist. MW_GROUPS_TOO_MANY; MW_ROWS_INVALID for text where bins are wanted. */
export function groupRows(
  by: readonly GroupColumn[],
  columns: Readonly<Record<string, readonly Cell[]>>,
  rows: number,
): Grouping {
  const coded = by.map((column) => codeColumn(column, columns[sourceColumn(column)] ?? [], rows));
  const found = numbering(coded);
  const firstRows: number[] = [];
  const firstCodes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const code = found.codeOf(row);
    if (code === firstRows.length) firstRows.push(row);
    firstCodes[row] = code;
  }
  if (firstRows.length > MOST_GROUPS) {
    throw new MergewayError(
      'MW_GROUPS_TOO_MANY',
      `${by.map(groupColumnName).join(', ')} makes ${firstRows.length} groups, at most ${MOST_GROUPS} fit`,
    );
  }
  const order = [...firstRows.keys()].sort((a, b) => byCodes(coded, firstRows[a] ?? 0, firstRows[b] ?? 0));
  const places = new Int32Array(order.length);
  for (const [place, code] of order.entries()) places[code] = place;
  return {
    by: by.map(groupColumnName),
    groups: order.map((code) =>
      coded.map(({ codes, values }) => values[codes[firstRows[code] ?? 0] ?? 0] ?? ''),
    ),
    codes: firstCodes.map((code) => places[code] ?? 0),
  };
}

/** Refuses evidence that would grow without bound. MW_GROUPS_TOO_MANY. */
export function requireFewGroups(groupings: readonly { readonly groups: readonly unknown[] }[]): void {
  const total = groupings.reduce((sum, { groups }) => sum + groups.length, 0);
  if (total <= MOST_GROUPS_TOGETHER) return;
  throw new MergewayError(
    'MW_GROUPS_TOO_MANY',
    `all groupings together make ${total} groups, at most ${MOST_GROUPS_TOGETHER} fit`,
  );
}

interface Coded {
  /** Sorted. */
  readonly values: readonly string[];
  /** Index into `values` of each row. */
  readonly codes: Int32Array;
}

function codeColumn(column: GroupColumn, cells: readonly Cell[], rows: number): Coded {
  return typeof column === 'string' ? codeValues(cells, rows) : codeBins(column, cells, rows);
}

function codeValues(cells: readonly Cell[], rows: number): Coded {
  const byCell = new Map<Cell, number>();
  const byText = new Map<string, number>();
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cell = cells[row] ?? null;
    let code = byCell.get(cell);
    if (code === undefined) {
      const text = isMissing(cell) ? MISSING : String(cell).slice(0, LONGEST_VALUE);
      code = byText.get(text) ?? byText.size;
      byText.set(text, code);
      byCell.set(cell, code);
    }
    codes[row] = code;
  }
  const values = [...byText.keys()];
  const order = [...values.keys()].sort((a, b) => byValue(values[a] ?? '', values[b] ?? ''));
  const places = new Int32Array(order.length);
  for (const [place, code] of order.entries()) places[code] = place;
  return { values: order.map((code) => values[code] ?? ''), codes: codes.map((code) => places[code] ?? 0) };
}

function codeBins(
  { column, bins }: Exclude<GroupColumn, string>,
  cells: readonly Cell[],
  rows: number,
): Coded {
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cell = cells[row] ?? null;
    if (isMissing(cell)) {
      codes[row] = bins.length + 1;
      continue;
    }
    if (typeof cell !== 'number') {
      throw new MergewayError(
        'MW_ROWS_INVALID',
        `row ${row + 1}, column ${column}: expected a number to put into bins, got ${cellText(cell)}`,
      );
    }
    let bin = 0;
    while (bin < bins.length && cell >= (bins[bin] ?? 0)) bin++;
    codes[row] = bin;
  }
  const inner = bins.slice(1).map((edge, index) => `[${bins[index]}, ${edge})`);
  return { values: [`< ${bins[0]}`, ...inner, `≥ ${bins.at(-1)}`, MISSING], codes };
}

/** Cells of a table that is looked up by place: as many combinations of values fit into a few megabytes. */
const MOST_PLACES = 1_000_000;

/** Numbers combinations of values in the order in which rows bring them: by place where there are few, else by name. */
function numbering(coded: readonly Coded[]): { codeOf(row: number): number } {
  const places = coded.reduce((product, { values }) => product * values.length, 1);
  let size = 0;
  if (places <= MOST_PLACES) {
    const table = new Int32Array(places).fill(-1);
    return {
      codeOf(row) {
        const place = placeOf(coded, row);
        const known = table[place] ?? -1;
        if (known >= 0) return known;
        table[place] = size;
        return size++;
      },
    };
  }
  const named = new Map<string, number>();
  return {
    codeOf(row) {
      const name = coded.map(({ codes }) => codes[row] ?? 0).join(' ');
      const known = named.get(name);
      if (known !== undefined) return known;
      named.set(name, size);
      return size++;
    },
  };
}

function placeOf(coded: readonly Coded[], row: number): number {
  let place = 0;
  for (const { codes, values } of coded) place = place * values.length + (codes[row] ?? 0);
  return place;
}

function byCodes(coded: readonly Coded[], a: number, b: number): number {
  for (const { codes } of coded) {
    const difference = (codes[a] ?? 0) - (codes[b] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers by size, everything else by text. */
function byValue(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (a !== '' && b !== '' && !Number.isNaN(difference) && difference !== 0) return difference;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
