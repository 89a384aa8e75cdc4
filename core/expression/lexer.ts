/** Text to tokens: names, numbers, strings in either quote with CEL's common escapes, and operators. */

import { refusal } from './refusal.ts';

export interface Token {
  readonly kind: 'name' | 'int' | 'double' | 'string' | 'operator' | 'end';
  /** As written; for strings their value. */
  readonly text: string;
  /** Place of the first character, from 0. */
  readonly at: number;
}

/** Longer expressions are programs, and those belong into the data. */
const MAX_CHARACTERS = 4000;
/** Keeps the tree flatter than DuckDB's limit on nesting, however the tokens are arranged. */
const MAX_TOKENS = 400;

const PATTERNS = [
  { kind: 'double', pattern: /(\d+\.\d+([eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y },
  { kind: 'int', pattern: /\d+/y },
  { kind: 'name', pattern: /[A-Za-z_][A-Za-z0-9_]*/y },
  { kind: 'operator', pattern: /&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]]/y },
] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The tokens, the last of kind `end`. MW_EXPRESSION_INVALID. */
export function tokensOf(source: string): readonly Token[] {
  if (source.length > MAX_CHARACTERS) {
    throw refusal(MAX_CHARACTERS, `${source.length} characters; at most ${MAX_CHARACTERS} are read`);
  }
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    const { token, end } = tokenAt(source, at);
    if (tokens.length === MAX_TOKENS) throw refusal(at, `more than ${MAX_TOKENS} words and signs`);
    tokens.push(token);
    at = skipSpace(source, end);
  }
  return [...tokens, { kind: 'end', text: 'the end', at: source.length }];
}

function skipSpace(source: string, from: number): number {
  const space = /\s*/y;
  space.lastIndex = from;
  space.exec(source);
  return space.lastIndex;
}

function tokenAt(source: string, at: number): { readonly token: Token; readonly end: number } {
  const quote = source[at];
  if (quote === "'" || quote === '"') return stringAt(source, at, quote);
  for (const { kind, pattern } of PATTERNS) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return { token: { kind, text, at }, end: at + text.length };
  }
  throw refusal(at, `${JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))} is not understood`);
}

function stringAt(
  source: string,
  start: number,
  quote: string,
): { readonly token: Token; readonly end: number } {
  let text = '';
  let at = start + 1;
  while (at < source.length && source[at] !== quote) {
    const { value, end } =
      source[at] === '\\' ? escapeAt(source, at) : { value: source[at] ?? '', end: at + 1 };
    text += value;
    at = end;
  }
  if (at >= source.length) throw refusal(start, 'this string has no end');
  if (text.includes('\0') || !text.isWellFormed()) throw refusal(start, 'this string holds no valid text');
  return { token: { kind: 'string', text, at: start }, end: at + 1 };
}

function escapeAt(source: string, at: number): { readonly value: string; readonly end: number } {
  const letter = source[at + 1] ?? '';
  const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (plain !== undefined) return { value: plain, end: at + 2 };
  const digits = /^u([0-9a-fA-F]{4})/.exec(source.slice(at + 1, at + 6))?.[1];
  if (digits) return { value: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 6 };
  throw refusal(at, `\\${letter} is no escape; there are \\n, \\r, \\t, \\\\, \\', \\" and \\uXXXX`);
}
