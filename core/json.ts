/**
 * JSON as data: the type, and the one canonical text of a value (RFC 8785, JCS) that digests are taken of.
 * ECMAScript's number and string serialisation is what RFC 8785 prescribes; keys sort by UTF-16 code units. One departure: half of a
 * character (a lone surrogate), where RFC 8785 ends with an error, keeps its escape, since a text that was cut in the middle of a
 * character must not stop a ledger entry. Evidence holds none: `serialize` of core/evidence/statement.ts replaces it, and no reader takes it.
 */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Canonical JSON of `value`. Keys with `undefined` are left out; NaN and infinities are refused with a RangeError. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`JSON has no ${value}`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;

  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
