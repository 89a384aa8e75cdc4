/**
 * The SQL condition of a slice: comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, arithmetic and a few functions of values. It is
 * parsed and written anew, so that no subquery, no file and no other function ever reaches a database.
 */

import { identifier, literal } from '../contract/sql.ts';
import { refusal, type Token, tokensOf } from './tokens.ts';

export interface Condition {
  /** For DuckDB, over the columns of `data`. */
  readonly sql: string;
  /** Columns that it reads, each once. */
  readonly columns: readonly string[];
}

/** Functions of their arguments alone, with how many they take. */
const FUNCTIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  abs: [1, 1],
  ceil: [1, 1],
  coalesce: [2, 10],
  contains: [2, 2],
  day: [1, 1],
  dayofweek: [1, 1],
  ends_with: [2, 2],
  floor: [1, 1],
  hour: [1, 1],
  isnan: [1, 1],
  length: [1, 1],
  lower: [1, 1],
  month: [1, 1],
  round: [1, 2],
  starts_with: [2, 2],
  trim: [1, 1],
  upper: [1, 1],
  year: [1, 1],
};

const KEYWORDS = new Set(
  'and or not in between like ilike is null true false date timestamp case cast select from'.split(' '),
);

const COMPARISONS = ['=', '<>', '!=', '<=', '>=', '<', '>'];

const DEEPEST = 50;

/** MW_CONDITION_INVALID names the character and what would do. */
export function parseCondition(source: string): Condition {
  const tokens = tokensOf(source);
  const columns = new Set<string>();
  let next = 0;
  let depth = 0;

  const sql = either();
  if (peek().kind !== 'end') throw unexpected(peek(), 'AND, OR, a comparison or the end');
  return { sql, columns: [...columns] };

  function either(): string {
    if (++depth > DEEPEST) throw refusal(peek().at, `nested deeper than ${DEEPEST}`);
    const parts = [both()];
    while (accept('or')) parts.push(both());
    depth--;
    return joined(parts, 'OR');
  }

  function both(): string {
    const parts = [negated()];
    while (accept('and')) parts.push(negated());
    return joined(parts, 'AND');
  }

  function negated(): string {
    let negations = 0;
    while (accept('not')) negations++;
    const tested = predicate();
    return negations % 2 === 1 ? `(NOT ${tested})` : tested;
  }

  function predicate(): string {
    const left = sum();
    const comparison = COMPARISONS.find((sign) => accept(sign));
    if (comparison) return `(${left} ${comparison} ${sum()})`;
    return accept('is') ? state(left) : membership(left);
  }

  function state(left: string): string {
    const not = accept('not') ? 'NOT ' : '';
    const what = ['null', 'true', 'false'].find((word) => accept(word));
    if (!what) throw unexpected(peek(), 'NULL, TRUE or FALSE');
    return `(${left} IS ${not}${what.toUpperCase()})`;
  }

  function membership(left: string): string {
    const not = accept('not') ? 'NOT ' : '';
    if (accept('in')) return `(${left} ${not}IN (${inParentheses(sum).join(', ')}))`;
    if (accept('between')) {
      const low = sum();
      expect('and');
      return `(${left} ${not}BETWEEN ${low} AND ${sum()})`;
    }
    if (accept('like')) return `(${not}${matches(left, 's')})`;
    if (accept('ilike')) return `(${not}${matches(left, 'si')})`;
    if (not !== '') throw unexpected(peek(), 'IN, BETWEEN or LIKE');
    return left;
  }

  /** As a regular expression: DuckDB's own LIKE takes exponential time for a pattern of many `%`. */
  function matches(left: string, options: 's' | 'si'): string {
    const pattern = peek();
    if (pattern.kind !== 'text') throw unexpected(pattern, 'a text in single quotes');
    next++;
    return `regexp_full_match(${left}, ${literal(expressionOf(pattern.text))}, '${options}')`;
  }

  function sum(): string {
    return chain(['+', '-'], () => chain(['*', '/', '%'], signed));
  }

  function chain(signs: readonly string[], part: () => string): string {
    let left = part();
    for (;;) {
      const sign = signs.find((one) => accept(one));
      if (!sign) return left;
      left = `(${left} ${sign} ${part()})`;
    }
  }

  function signed(): string {
    let minuses = 0;
    while (accept('-')) minuses++;
    const value = primary();
    return minuses % 2 === 1 ? `(- ${value})` : value;
  }

  function primary(): string {
    const token = peek();
    next++;
    if (token.kind === 'number') return token.text;
    if (token.kind === 'text') return literal(token.text);
    if (token.kind === 'name') return column(token.text);
    if (token.kind === 'word') return word(token);
    if (token.kind === 'sign' && token.text === '(') {
      const inside = either();
      expect(')');
      return `(${inside})`;
    }
    throw unexpected(token, 'a column or a value');
  }

  function word(token: Token): string {
    const name = token.text.toLowerCase();
    if (name === 'true' || name === 'false' || name === 'null') return name.toUpperCase();
    if ((name === 'date' || name === 'timestamp') && peek().kind === 'text') {
      const { text } = peek();
      next++;
      return `CAST(${literal(text)} AS ${name.toUpperCase()})`;
    }
    if (isSign(peek(), '(')) return call(token);
    if (KEYWORDS.has(name)) throw unexpected(token, 'a column or a value');
    return column(token.text);
  }

  function call({ text, at }: Token): string {
    const name = text.toLowerCase();
    const takes = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!takes) {
      throw refusal(
        at,
        `there is no function \`${text.slice(0, 40)}\` here; there are ${Object.keys(FUNCTIONS).join(', ')}`,
      );
    }
    const given = inParentheses(either);
    const [least, most] = takes;
    if (given.length >= least && given.length <= most) return `${name}(${given.join(', ')})`;
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw refusal(at, `\`${name}\` takes ${wanted} values, got ${given.length}`);
  }

  function inParentheses(part: () => string): readonly string[] {
    expect('(');
    const parts = [part()];
    while (accept(',')) parts.push(part());
    expect(')');
    return parts;
  }

  function column(name: string): string {
    columns.add(name);
    return identifier(name);
  }

  function peek(): Token {
    return tokens[next] ?? { kind: 'end', text: 'the end', at: source.length };
  }

  function accept(wanted: string): boolean {
    const token = peek();
    const isThere = token.kind === 'word' ? token.text.toLowerCase() === wanted : isSign(token, wanted);
    if (isThere) next++;
    return isThere;
  }

  function expect(wanted: string): void {
    if (!accept(wanted)) throw unexpected(peek(), `\`${wanted.toUpperCase()}\``);
  }
}

/** What LIKE's pattern matches, for RE2, whose time is linear in the text. */
function expressionOf(pattern: string): string {
  return pattern
    .replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === 'sign' && token.text === sign;
}

function joined(parts: readonly string[], word: 'AND' | 'OR'): string {
  const [only = '', ...others] = parts;
  return others.length === 0 ? only : `(${parts.join(` ${word} `)})`;
}

function unexpected({ text, at }: Token, wanted: string): ReturnType<typeof refusal> {
  return refusal(at, `expected ${wanted}, got \`${text.slice(0, 40)}\``);
}
