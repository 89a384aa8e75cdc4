/** JSON.parse that keeps whole numbers beyond 2^53: they come back as bigint, everything else as JSON.parse has it. */

import { MergewayError } from '../errors.ts';

/** Sixteen digits of a whole number, where corruption can start; fractions come after a point. */
const LONG_INTEGER = /[\s,:[-]\d{16}|^\d{16}/;

/** More digits than any datatype has; longer numbers are not worth a bigint. */
const LONGEST_INTEGER = 40;

/** Looking at every number costs about 1 µs a value, on the thread that answers everybody. */
const MOST_VALUES = 2 ** 19;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The value of a JSON text. Throws what JSON.parse throws; MW_REQUEST_INVALID for long numbers among more than 524,288 values. */
export function parseLossless(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  refuseMany(text);
  return JSON.parse(text, exactInteger as Parameters<typeof JSON.parse>[1]);
}

/** Commas are no fewer than values, but for one. */
function refuseMany(text: string): void {
  let commas = 0;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    if (++commas < MOST_VALUES) continue;
    throw new MergewayError(
      'MW_REQUEST_INVALID',
      `the body has whole numbers of 16 digits or more among over ${MOST_VALUES} values; send fewer rows at a time`,
    );
  }
}

const exactInteger: Reviver = (_key, value, { source = '' }) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source.length <= LONGEST_INTEGER && /^-?\d+$/.test(source) ? BigInt(source) : value;
};
