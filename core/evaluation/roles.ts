/**
 * Columns that say of a row how much it counts and what it belongs to: `weight`, `query`, `series`, `scale`, `cluster`. What is missing or of another
 * kind is refused by its row: it would be counted wrongly in silence.
 */

import { MergewayError } from '../errors.ts';
import { type Clusters, clusters } from '../metrics/predictions.ts';
import type { Cell } from '../ports/table.ts';
import { badRowsText, cellText, isMissing } from './cell-text.ts';
import type { Wanted } from './columns.ts';
import { finiteNumber } from './labels.ts';
import type { CellColumns, NameRow } from './tensors.ts';

/** The columns by role. */
export interface Roles {
  readonly weight?: string | undefined;
  /** Ranking: rows of one query make a list. */
  readonly query?: string | undefined;
  /** Forecasting: the time series that a row belongs to. */
  readonly series?: string | undefined;
  /** Forecasting: what the naive forecast misses by on average where the series was trained on. */
  readonly scale?: string | undefined;
  /** Rows of one cluster are not independent. */
  readonly cluster?: string | undefined;
}

/** What the columns say, row by row. */
export interface RowRoles {
  readonly weights?: Float64Array;
  readonly lists?: Clusters;
  readonly series?: Clusters;
  readonly scales?: Float64Array;
  readonly clusters?: Clusters;
}

export interface RoleRows {
  readonly cells: CellColumns;
  readonly nameRow: NameRow;
}

/** The columns that are named; `prefix` is where, such as `evaluate.` or `--`. */
export function roleColumns(
  { weight, query, series, scale, cluster }: Roles,
  prefix: string,
): readonly Wanted[] {
  return Object.entries({ weight, query, series, scale, cluster }).flatMap(([role, column]) =>
    column === undefined ? [] : [{ column, by: `${prefix}${role}` }],
  );
}

/** MW_ROWS_INVALID. */
export function readRoles({ weight, query, series, scale, cluster }: Roles, rows: RoleRows): RowRoles {
  const lists = query === undefined ? undefined : readClusters(query, rows);
  const weights = weight === undefined ? undefined : readWeights(weight, rows);
  const ofSeries = series === undefined ? undefined : readClusters(series, rows);
  const scales = scale === undefined ? undefined : readAmounts(scale, rows, 'a scale');
  if (weight !== undefined && weights && lists) requireSame({ column: weight, values: weights }, lists, rows);
  if (scale !== undefined && scales && ofSeries)
    requireSame({ column: scale, values: scales }, ofSeries, rows);
  return {
    ...(weights && { weights }),
    ...(lists && { lists }),
    ...(ofSeries && { series: ofSeries }),
    ...(scales && { scales }),
    ...(cluster !== undefined && { clusters: readClusters(cluster, rows) }),
  };
}

function readWeights(column: string, rows: RoleRows): Float64Array {
  const weights = readAmounts(column, rows, 'a weight');
  if (weights.some((weight) => weight > 0)) return weights;
  throw new MergewayError('MW_ROWS_INVALID', `column ${column}: every weight is 0, so that no row counts`);
}

function readAmounts(column: string, { cells, nameRow }: RoleRows, what: string): Float64Array {
  const all = cells[column] ?? [];
  return Float64Array.from(all, (cell, row) => {
    const value = finiteNumber(cell);
    if (value === undefined) throw refused(column, all, { row, nameRow, expected: 'a number' });
    if (value >= 0) return value;
    throw new MergewayError(
      'MW_ROWS_INVALID',
      `${nameRow(row)}, column ${column}: ${what} is 0 or more, got ${value}`,
    );
  });
}

function readClusters(column: string, { cells, nameRow }: RoleRows): Clusters {
  const all = cells[column] ?? [];
  const missing = all.findIndex(isMissing);
  if (missing >= 0) throw refused(column, all, { row: missing, nameRow, expected: 'a value' });
  return clusters(all.map(String), all.length);
}

/** A weight is a list's, a scale a series'. */
function requireSame(
  { column, values }: { readonly column: string; readonly values: Float64Array },
  { codes, count }: Clusters,
  { nameRow }: RoleRows,
): void {
  const firsts = new Int32Array(count).fill(-1);
  for (const [row, code] of codes.entries()) {
    const first = firsts[code] ?? -1;
    if (first < 0) firsts[code] = row;
    else if (values[row] !== values[first]) {
      throw new MergewayError(
        'MW_ROWS_INVALID',
        `${nameRow(row)}, column ${column}: expected ${values[first]}, as ${nameRow(first)} of the same list or series has, got ${values[row]}`,
      );
    }
  }
}

function refused(
  column: string,
  cells: readonly Cell[],
  {
    row,
    nameRow,
    expected,
  }: { readonly row: number; readonly nameRow: NameRow; readonly expected: 'a number' | 'a value' },
): MergewayError {
  const isBad = expected === 'a number' ? (cell: Cell) => finiteNumber(cell) === undefined : isMissing;
  return new MergewayError(
    'MW_ROWS_INVALID',
    `${nameRow(row)}, column ${column}: expected ${expected}, got ${cellText(cells[row])}${badRowsText(cells, isBad)}`,
  );
}
