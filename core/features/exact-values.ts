/** Values of features exactly, whichever way they come: cells of a table, fields of a request, join keys. */

import type { Dtype } from '../config/features.ts';
import { microsOf, TIMESTAMP_MAX, TIMESTAMP_MIN, type Value } from '../expression/types.ts';
import type { Cell } from '../ports/table.ts';

/** The value of a cell; instants come as whole microseconds. */
export function valueOfCell(dtype: Dtype, cell: Cell): Value {
  if (dtype === 'Float32' || dtype === 'Float64' || dtype === 'String' || dtype === 'Bool') return cell;
  return typeof cell === 'number' || typeof cell === 'string' ? BigInt(cell) : null;
}

/** The value of a request's field as its type has it: 7 for an Int64 is 7n, ISO 8601 text an instant. undefined: it does not fit. */
export function valueOfField(dtype: Dtype, value: Value): Value | undefined {
  return value === null ? null : FIELDS[dtype](value);
}

const FIELDS: Readonly<Record<Dtype, (value: NonNullable<Value>) => Value | undefined>> = {
  Int32: (value) => whole(value, 32),
  Int64: (value) => whole(value, 64),
  Float32(value) {
    const number = real(value);
    return number === undefined ? undefined : Math.fround(number);
  },
  Float64: real,
  String: (value) => (typeof value === 'string' ? value : undefined),
  Bool: (value) => (typeof value === 'boolean' ? value : undefined),
  UnixTimestamp(value) {
    if (typeof value === 'string') return microsOf(value);
    return typeof value === 'bigint' ? value : undefined;
  },
};

function whole(value: Value, bits: number): bigint | undefined {
  const number = keyPart(value);
  return typeof number === 'bigint' && BigInt.asIntN(bits, number) === number ? number : undefined;
}

function real(value: Value): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

/** One form for a join key's value, so that 7 of JSON finds 7n of a whole column. null matches nothing. */
export function keyPart(value: Value): Value {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** What expressions see: instants outside the years 1 to 9999 are null to them, in training too. */
export function seenByExpressions(dtype: Dtype, value: Value): Value {
  if (dtype !== 'UnixTimestamp' || typeof value !== 'bigint') return value;
  return value >= TIMESTAMP_MIN && value <= TIMESTAMP_MAX ? value : null;
}
