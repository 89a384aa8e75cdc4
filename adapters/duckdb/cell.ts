/** DuckDB's values as cells: whole numbers and decimals as numbers, instants as ISO 8601 in UTC, everything else as text. */

import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '#core/ports/table.ts';

/** Whole numbers beyond 2^53 are text, since a number would lose digits; blobs show only their size. */
export function toCell(value: DuckDBValue): Cell {
  if (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (typeof value === 'bigint') return wholeNumber(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return `<${value.bytes.byteLength} bytes>`;
  return instant(value) ?? String(value);
}

function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** `2013-05-01T10:00:00.000Z`, with more digits where there are microseconds; undefined for what is no instant. */
function instant(value: DuckDBValue): string | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return iso(value.micros);
  if (value instanceof DuckDBTimestampSecondsValue) return iso(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return iso(value.millis * 1000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return iso(value.nanos / 1000n);
  return undefined;
}

/** Instants that no `Date` can hold, the infinite ones among them, are not shown as a date. */
function iso(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  if (Number.isNaN(date.getTime())) return micros > 0n ? 'infinity' : '-infinity';
  const text = date.toISOString();
  return rest === 0n ? text : `${text.slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}
