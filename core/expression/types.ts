/**
 * Types and values of the expression language. Every value may be null. In JavaScript an int is a bigint (64 bits), a double a number,
 * a timestamp the microseconds since 1970 in UTC and a duration microseconds, both as bigint.
 */

export type ExpressionType = 'int' | 'double' | 'bool' | 'string' | 'timestamp' | 'duration';

export type Value = bigint | number | boolean | string | null;

/** DuckDB's type of the same values. */
export const SQL_TYPES = {
  int: 'BIGINT',
  double: 'DOUBLE',
  bool: 'BOOLEAN',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  duration: 'BIGINT',
} as const satisfies Record<ExpressionType, string>;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;

/** First and last instant of CEL's timestamps, years 1 to 9999, in microseconds. */
export const TIMESTAMP_MIN = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1000n;
export const TIMESTAMP_MAX = BigInt(Date.parse('9999-12-31T23:59:59.999Z')) * 1000n + 999n;

/** The number, or null beyond 64 bits: what does not fit is unknown, never wrapped. */
export function fitted(value: bigint): bigint | null {
  return value >= INT_MIN && value <= INT_MAX ? value : null;
}

/** Microseconds since 1970 of an ISO 8601 text (UTC where it names no zone), as fine as its digits; undefined when it is none. */
export function microsOf(text: string): bigint | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
    text,
  );
  if (!parts) return undefined;
  const [, day, time = '00:00:00', fraction = '', zone = 'Z'] = parts;
  const ms = Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(ms) || !isDay(day ?? '')) return undefined;
  return inRange(BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0'))) ?? undefined;
}

/** The instant as ISO 8601 text with its microseconds; it lies in the years 1 to 9999. */
export function isoOf(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return `${text.slice(0, -1)}${rest.toString().padStart(3, '0')}Z`;
}

/** The instant, or null outside the years 1 to 9999. */
function inRange(micros: bigint): bigint | null {
  return micros >= TIMESTAMP_MIN && micros <= TIMESTAMP_MAX ? micros : null;
}

/** `Date.parse` takes February 30 for March. */
function isDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
