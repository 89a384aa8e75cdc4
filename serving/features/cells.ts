/** Between tensors of a request, values of a lookup, and the cells that training's conversion to tensors takes: the same here as there. */

import type { Dtype } from '#core/config/features.ts';
import type { Value } from '#core/expression/types.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import type { Cell } from '#core/ports/table.ts';
import { invalid } from '#core/wire/tensor-json.ts';

/** One value per row of an input of shape [n] or [n, 1]; a missing number is null. MW_REQUEST_INVALID. */
export function rowValues(name: string, { datatype, shape, data }: Tensor): readonly Value[] {
  if (shape.length === 0 || shape.length > 2 || (shape[1] ?? 1) !== 1) {
    throw invalid(`input ${name} has shape [${shape}], expected one value per row: [n] or [n, 1]`);
  }
  switch (datatype) {
    case 'BYTES':
      return data as readonly string[];
    case 'BOOL':
      return Array.from(data as Uint8Array, (bit) => bit !== 0);
    case 'FP32':
    case 'FP64':
      return Array.from(data as Float64Array, (value) => (Number.isNaN(value) ? null : value));
    default:
      return Array.from(data as ArrayLike<number | bigint>, BigInt);
  }
}

/** As a table gives it: whole numbers beyond 2^53 as text, instants in ISO 8601. */
export function cellOf(value: Value, dtype?: Dtype): Cell {
  if (typeof value !== 'bigint') return value;
  if (dtype === 'UnixTimestamp') return isoOf(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** `2013-05-01T10:00:00.000Z`, with more digits where there are microseconds. */
function isoOf(micros: bigint): Cell {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  if (Number.isNaN(date.getTime())) return null;
  const text = date.toISOString();
  return rest === 0n ? text : `${text.slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}
