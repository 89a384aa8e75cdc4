/** Cells of a table as the tensors that an ONNX model takes. Nothing is guessed: a cell that does not fit is refused by row and column. */

import { MergewayError } from '../errors.ts';
import type { Datatype, Tensor, TensorData } from '../ports/model-backend.ts';
import type { Cell } from '../ports/table.ts';

/** Columns of cells by name, equally long. */
export type CellColumns = Readonly<Record<string, readonly Cell[]>>;

/** Rows `from` (included) to `to` (left out). */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Names a row for people, such as `row id = 17`. */
export type NameRow = (row: number) => string;

/** A tensor of these columns side by side: shape [rows, columns], or [rows] where the model wants one dimension. MW_ROWS_INVALID shows the cell. */
export function tensorOf(
  {
    datatype,
    columns,
    rank,
  }: { readonly datatype: Datatype; readonly columns: readonly string[]; readonly rank: 1 | 2 },
  cells: CellColumns,
  { from, to }: RowRange,
  nameRow: NameRow,
  shown: (cell: Cell) => string = JSON.stringify,
): Tensor {
  const values: Cell[] = [];
  for (let row = from; row < to; row++) {
    for (const column of columns) values.push(cells[column]?.[row] ?? null);
  }
  const rows = to - from;
  const shape = rank === 1 ? [rows] : [rows, columns.length];
  return { datatype, shape, data: dataOf(datatype, values, refuse) };

  function refuse(place: number, expected: string): never {
    const column = columns[place % columns.length];
    const row = nameRow(from + Math.floor(place / columns.length));
    const got = shown(values[place] ?? null);
    throw new MergewayError('MW_ROWS_INVALID', `${row}, column ${column}: expected ${expected}, got ${got}`);
  }
}

type Refuse = (place: number, expected: string) => never;

function dataOf(datatype: Datatype, values: readonly Cell[], refuse: Refuse): TensorData {
  switch (datatype) {
    case 'BYTES':
      return values.map((value) => (value === null ? '' : String(value)));
    case 'FP64':
      return Float64Array.from(values, (value, place) => toFloat(value, place, refuse));
    case 'FP32':
      return Float32Array.from(values, (value, place) => toFloat(value, place, refuse));
    case 'FP16':
      return new Uint16Array(
        Float16Array.from(values, (value, place) => toFloat(value, place, refuse)).buffer,
      );
    case 'BOOL':
      return Uint8Array.from(values, (value, place) => Number(toWhole(value, place, refuse, [0n, 1n])));
    case 'INT64':
      return BigInt64Array.from(values, (value, place) => toWhole(value, place, refuse, signedRange(64)));
    case 'UINT64':
      return BigUint64Array.from(values, (value, place) => toWhole(value, place, refuse, unsignedRange(64)));
    case 'INT32':
      return Int32Array.from(values, (value, place) =>
        Number(toWhole(value, place, refuse, signedRange(32))),
      );
    case 'INT16':
      return Int16Array.from(values, (value, place) =>
        Number(toWhole(value, place, refuse, signedRange(16))),
      );
    case 'INT8':
      return Int8Array.from(values, (value, place) => Number(toWhole(value, place, refuse, signedRange(8))));
    case 'UINT32':
      return Uint32Array.from(values, (value, place) =>
        Number(toWhole(value, place, refuse, unsignedRange(32))),
      );
    case 'UINT16':
      return Uint16Array.from(values, (value, place) =>
        Number(toWhole(value, place, refuse, unsignedRange(16))),
      );
    case 'UINT8':
      return Uint8Array.from(values, (value, place) =>
        Number(toWhole(value, place, refuse, unsignedRange(8))),
      );
  }
}

/** A missing number is NaN, which models with imputation expect. */
function toFloat(value: Cell, place: number, refuse: Refuse): number {
  if (value === null) return Number.NaN;
  const parsed = numberOf(value);
  return parsed ?? refuse(place, 'a number');
}

function toWhole(
  value: Cell,
  place: number,
  refuse: Refuse,
  [least, most]: readonly [bigint, bigint],
): bigint {
  const whole = wholeOf(value);
  if (whole === undefined || whole < least || whole > most) {
    return refuse(place, `a whole number from ${least} to ${most}`);
  }
  return whole;
}

function wholeOf(value: Cell): bigint | undefined {
  if (typeof value === 'string') return /^[+-]?\d{1,30}$/.test(value) ? BigInt(value) : undefined;
  const parsed = numberOf(value);
  return Number.isSafeInteger(parsed) ? BigInt(parsed ?? 0) : undefined;
}

/** A cell as a number: numbers, booleans as 0 and 1, text that is a number in full; undefined for everything else. */
export function numberOf(value: Cell): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || value.trim() === '') return undefined;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function signedRange(bits: number): readonly [bigint, bigint] {
  const half = 1n << BigInt(bits - 1);
  return [-half, half - 1n];
}

function unsignedRange(bits: number): readonly [bigint, bigint] {
  return [0n, (1n << BigInt(bits)) - 1n];
}
