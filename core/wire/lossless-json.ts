/** JSON.parse that keeps whole numbers beyond 2^53: they come back as bigint, everything else as JSON.parse has it. */

/** Sixteen digits of a whole number, where corruption can start; fractions come after a point. */
const LONG_INTEGER = /[\s,:[-]\d{16}|^\d{16}/;

/** More digits than any datatype has; longer numbers are not worth a bigint. */
const LONGEST_INTEGER = 40;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** The value of a JSON text. Throws what JSON.parse throws. */
export function parseLossless(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactInteger as Parameters<typeof JSON.parse>[1]);
}

const exactInteger: Reviver = (_key, value, { source = '' }) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return source.length <= LONGEST_INTEGER && /^-?\d+$/.test(source) ? BigInt(source) : value;
};
