/** The text of a condition as tokens, the way SQL writes them: names (in double quotes where they need it), numbers, texts in single quotes, signs. */

import { MergewayError } from '../errors.ts';

export interface Token {
  /** `word`: a name or a keyword; `name`: in double quotes, so never a keyword. */
  readonly kind: 'word' | 'name' | 'number' | 'text' | 'sign' | 'end';
  /** As written; of texts and quoted names what they stand for. */
  readonly text: string;
  /** Place of the first character, from 0. */
  readonly at: number;
}

/** Keeps the tree flatter than DuckDB's limit on nesting, however the tokens are arranged. */
const MOST_TOKENS = 400;

const PATTERNS = [
  { kind: 'number', pattern: /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/y },
  { kind: 'word', pattern: /[A-Za-z_][A-Za-z0-9_]*/y },
  { kind: 'name', pattern: /"(?:[^"\0]|"")+"/y },
  { kind: 'text', pattern: /'(?:[^'\0]|'')*'/y },
  { kind: 'sign', pattern: /<=|>=|<>|!=|[=<>+\-*/%(),]/y },
] as const;

/** The tokens, the last of kind `end`. MW_CONDITION_INVALID names the character. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(source, 0);
  while (at < source.length) {
    if (source.startsWith('--', at)) throw refusal(at, 'two dashes begin a comment in SQL; write `- -1`');
    if (tokens.length === MOST_TOKENS) throw refusal(at, `more than ${MOST_TOKENS} words and signs`);
    const { token, end } = tokenAt(source, at);
    tokens.push(token);
    at = skipSpace(source, end);
  }
  return [...tokens, { kind: 'end', text: 'the end', at: source.length }];
}

/** MW_CONDITION_INVALID at a place, counted from 0 here and from 1 for people. */
export function refusal(at: number, problem: string): MergewayError {
  return new MergewayError('MW_CONDITION_INVALID', `character ${at + 1}: ${problem}`);
}

function skipSpace(source: string, from: number): number {
  const space = /\s*/y;
  space.lastIndex = from;
  space.exec(source);
  return space.lastIndex;
}

function tokenAt(source: string, at: number): { readonly token: Token; readonly end: number } {
  for (const { kind, pattern } of PATTERNS) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(source) ?? [];
    if (text === undefined) continue;
    const quote = kind === 'name' ? '"' : "'";
    const value =
      kind === 'name' || kind === 'text' ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
    if (!value.isWellFormed()) throw refusal(at, 'this text is not valid');
    return { token: { kind, text: value, at }, end: at + text.length };
  }
  throw refusal(at, `${JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))} is not understood`);
}
