/**
 * JSON text of a stranger, read so that nobody else can read it differently (I-JSON, RFC 7493): UTF-8 without a byte order mark, no
 * key twice, no `__proto__`, no number that is none, no half of a character, no nesting that a recursive reader could fall over.
 */

import type { Json } from './json.ts';

/** Deeper than anything that Mergeway writes. */
const DEEPEST = 64;

/** Keys that some readers take for more than data. */
const RESERVED_KEY = '__proto__';

/** `bytes` as a value. A SyntaxError says what is wrong, quoting at most a key's first characters. */
export function parseStrictJson(bytes: Uint8Array): Json {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(text) as Json;
  inspect(text);
  return value;
}

/** Looks at the tokens of a text that is known to be JSON. Iterative, since the nesting is a stranger's. */
function inspect(text: string): void {
  /** Keys of every object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let key = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        if (open.length === DEEPEST) throw new SyntaxError(`it is nested deeper than ${DEEPEST}`);
        key = text[at] === '{';
        open.push(key ? new Set() : undefined);
        break;
      case '}':
      case ']':
        open.pop();
        key = false;
        break;
      case ',':
        key = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        const content = stringOf(text.slice(at, end + 1));
        if (key) addKey(open.at(-1), content);
        key = false;
        at = end;
        break;
      }
      default:
        at = endOfNumber(text, at);
    }
  }
}

/** Index of the closing quote. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function stringOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const content = JSON.parse(quoted) as string;
  if (content.isWellFormed()) return content;
  throw new SyntaxError('a text holds half of a character (a lone surrogate)');
}

function addKey(keys: Set<string> | undefined, key: string): void {
  if (key === RESERVED_KEY) throw new SyntaxError(`the key ${RESERVED_KEY} is not read`);
  if (keys?.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 60))} is there twice`);
  keys?.add(key);
}

const NUMBER = /-?\d[\d.eE+-]*/y;

/** Index of the last character of a number; of anything else that is no string, the same. */
function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) return start;
  if (Number.isFinite(Number(number))) return start + number.length - 1;
  throw new SyntaxError(`${number.slice(0, 30)} is larger than any number`);
}
