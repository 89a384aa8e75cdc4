/**
 * Whether a value that was served is the one that is computed offline: in SQL for all rows, and as a function for those that are looked
 * into. The log holds what the model got, and no NaN and no infinity: a number that is not finite, or not as a float32, is missing there,
 * a missing text is empty, and the nearest float32 of a number is that number. Times are compared to the millisecond, as they are logged.
 */

import type { Dtype } from '../config/features.ts';
import { numberOf } from '../evaluation/tensors.ts';
import type { Cell } from '../ports/table.ts';

type Kind = 'number' | 'text' | 'time';

const KINDS = {
  Int32: 'number',
  Int64: 'number',
  Float32: 'number',
  Float64: 'number',
  Bool: 'number',
  String: 'text',
  UnixTimestamp: 'time',
} as const satisfies Record<Dtype, Kind>;

const TAKES: Readonly<Record<Kind, RegExp>> = {
  number: /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN|VARCHAR)$/,
  text: /^VARCHAR$/,
  time: /^(TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?|VARCHAR)$/,
};

export interface Comparison {
  readonly dtype: Dtype;
  /** Relative difference of numbers that counts as equal. */
  readonly tolerance: number;
}

/** Whether a column of this type of the log can hold the feature. */
export function isComparable(dtype: Dtype, logged: string): boolean {
  return TAKES[KINDS[dtype]].test(logged);
}

/** True or false for every row, never null. */
export function sameSql(served: string, offline: string, { dtype, tolerance }: Comparison): string {
  switch (KINDS[dtype]) {
    case 'text':
      return `(coalesce(${served}, '') = coalesce(${offline}, ''))`;
    case 'time':
      return `(epoch_ms(TRY_CAST(${served} AS TIMESTAMP WITH TIME ZONE)) IS NOT DISTINCT FROM epoch_ms(${offline}))`;
    case 'number':
      return sameNumberSql(served, offline, { dtype, tolerance });
  }
}

function sameNumberSql(served: string, offline: string, { dtype, tolerance }: Comparison): string {
  const asBool = dtype === 'Bool' ? `, CAST(TRY_CAST(${served} AS BOOLEAN) AS DOUBLE)` : '';
  const s = `coalesce(TRY_CAST(${served} AS DOUBLE)${asBool})`;
  const o = `CAST(${offline} AS DOUBLE)`;
  const isServedMissing = `(${served} IS NULL OR coalesce(NOT isfinite(${s}), false))`;
  const isNone = `(${o} IS NULL OR NOT isfinite(${o}) OR TRY_CAST(${o} AS FLOAT) IS NULL)`;
  const isNearest = `${s} = TRY_CAST(TRY_CAST(${o} AS FLOAT) AS DOUBLE)`;
  const isClose = `(isfinite(${o}) AND abs(${s} - ${o}) <= ${tolerance} * greatest(abs(${s}), abs(${o})))`;
  return `coalesce(CASE WHEN ${isServedMissing} THEN ${isNone} ELSE ${s} = ${o} OR ${isNearest} OR ${isClose} END, false)`;
}

/** The same of two cells. */
export function isSame(served: Cell, offline: Cell, { dtype, tolerance }: Comparison): boolean {
  switch (KINDS[dtype]) {
    case 'text':
      return (served ?? '') === (offline ?? '');
    case 'time':
      return instantOf(served) === instantOf(offline);
    case 'number':
      return isMissing(served, dtype)
        ? !Number.isFinite(Math.fround(asNumber(offline, dtype) ?? Number.NaN))
        : isSameNumber(asNumber(served, dtype), asNumber(offline, dtype), tolerance);
  }
}

/** Whether the cell says that there is no value. */
export function isMissing(cell: Cell, dtype: Dtype): boolean {
  if (cell === null) return true;
  const number = KINDS[dtype] === 'number' ? asNumber(cell, dtype) : undefined;
  if (number !== undefined) return !Number.isFinite(number);
  return KINDS[dtype] === 'text' ? cell === '' : cell === 'NaN';
}

function instantOf(cell: Cell): number | null {
  const ms = cell === null ? Number.NaN : Date.parse(String(cell));
  return Number.isNaN(ms) ? null : ms;
}

function asNumber(cell: Cell, dtype: Dtype): number | undefined {
  if (dtype === 'Bool' && typeof cell === 'string' && /^(true|false)$/i.test(cell)) {
    return cell.toLowerCase() === 'true' ? 1 : 0;
  }
  return numberOf(cell);
}

function isSameNumber(s: number | undefined, o: number | undefined, tolerance: number): boolean {
  if (s === undefined || o === undefined) return false;
  if (s === o || s === Math.fround(o)) return true;
  return Number.isFinite(o) && Math.abs(s - o) <= tolerance * Math.max(Math.abs(s), Math.abs(o));
}
