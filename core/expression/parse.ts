/**
 * Tokens to a tree, by recursive descent over CEL's grammar: `?:`, then `||`, `&&`, comparisons and `in`, `+ -`, `* / %`, unary `! -`,
 * methods, and what stands alone. `view.feature` is a name with a dot.
 */

import { type Token, tokensOf } from './lexer.ts';
import { refusal } from './refusal.ts';
import type { Syntax } from './syntax.ts';
import { fitted } from './types.ts';

/** Operators from loose to tight. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const MAX_DEPTH = 60;
const WORDS = new Set(['true', 'false', 'null', 'in']);

/** The tree of an expression. MW_EXPRESSION_INVALID names the character. */
export function parseExpression(source: string): Syntax {
  const tokens = tokensOf(source);
  let next = 0;
  let depth = 0;

  const tree = ternary();
  if (peek().kind !== 'end') throw unexpected(peek(), 'an operator or the end');
  return tree;

  function peek(): Token {
    return tokens[next] ?? { kind: 'end', text: 'the end', at: source.length };
  }

  function take(): Token {
    const token = peek();
    next++;
    return token;
  }

  function isNext(text: string): boolean {
    const token = peek();
    return token.text === text && (token.kind === 'operator' || token.kind === 'name');
  }

  function accept(text: string): boolean {
    if (!isNext(text)) return false;
    next++;
    return true;
  }

  function expect(text: string): void {
    if (!accept(text)) throw unexpected(peek(), `\`${text}\``);
  }

  function ternary(): Syntax {
    if (++depth > MAX_DEPTH) throw refusal(peek().at, `nested deeper than ${MAX_DEPTH}`);
    const condition = level(0);
    const { at } = peek();
    let tree = condition;
    if (accept('?')) {
      const yes = level(0);
      expect(':');
      tree = { kind: 'call', name: '?:', args: [condition, yes, ternary()], at };
    }
    depth--;
    return tree;
  }

  function level(index: number): Syntax {
    const operators = LEVELS[index];
    if (!operators) return unary();
    let left = level(index + 1);
    while (operators.some(isNext)) {
      const { text: name, at } = take();
      left = { kind: 'call', name, args: [left, level(index + 1)], at };
    }
    return left;
  }

  function unary(): Syntax {
    const { at, text } = peek();
    if (!isNext('!') && !isNext('-')) return member();
    if (++depth > MAX_DEPTH) throw refusal(at, `nested deeper than ${MAX_DEPTH}`);
    take();
    const number = peek();
    const negative = text === '-' && number.kind === 'int';
    const tree: Syntax = negative
      ? methods(intLiteral(take(), '-', at))
      : { kind: 'call', name: text === '-' ? '-_' : '!', args: [unary()], at };
    depth--;
    return tree;
  }

  function member(): Syntax {
    return methods(primary());
  }

  function methods(start: Syntax): Syntax {
    let tree = start;
    while (accept('.')) {
      const { kind, text, at } = take();
      if (kind !== 'name' || WORDS.has(text)) throw unexpected({ kind, text, at }, 'a name');
      tree = afterDot(tree, text, at);
    }
    return tree;
  }

  function afterDot(tree: Syntax, text: string, at: number): Syntax {
    if (accept('(')) {
      if (tree.kind === 'name' && tree.name === 'math') {
        return { kind: 'call', name: `math.${text}`, args: list(')'), at: tree.at };
      }
      return { kind: 'call', name: `.${text}`, args: [tree, ...list(')')], at };
    }
    if (tree.kind === 'name' && !tree.name.includes('.')) {
      return { kind: 'name', name: `${tree.name}.${text}`, at: tree.at };
    }
    throw refusal(at, `\`.${text}\` is a method here and needs parentheses`);
  }

  function primary(): Syntax {
    const token = take();
    const { kind, text, at } = token;
    if (kind === 'int') return intLiteral(token, '', at);
    if (kind === 'double') return doubleLiteral(token);
    if (kind === 'string') return { kind: 'literal', of: { type: 'string', value: text }, at };
    if (kind === 'name') return named(token);
    if (kind === 'operator' && text === '(') return inParentheses();
    if (kind === 'operator' && text === '[') return { kind: 'list', items: list(']'), at };
    throw unexpected(token, 'a value');
  }

  function inParentheses(): Syntax {
    const tree = ternary();
    expect(')');
    return tree;
  }

  function named(token: Token): Syntax {
    const { text, at } = token;
    if (text === 'true' || text === 'false') {
      return { kind: 'literal', of: { type: 'bool', value: text === 'true' }, at };
    }
    if (text === 'null') return { kind: 'literal', of: { type: 'null' }, at };
    if (text === 'in') throw unexpected(token, 'a value');
    if (accept('(')) return { kind: 'call', name: text, args: list(')'), at };
    return { kind: 'name', name: text, at };
  }

  function list(close: string): readonly Syntax[] {
    const items: Syntax[] = [];
    if (accept(close)) return items;
    do items.push(ternary());
    while (accept(','));
    expect(close);
    return items;
  }
}

function intLiteral({ text }: Token, sign: '' | '-', at: number): Syntax {
  const value = fitted(BigInt(`${sign}${text}`));
  if (value === null) throw refusal(at, `${sign}${text.slice(0, 40)} does not fit into 64 bits`);
  return { kind: 'literal', of: { type: 'int', value }, at };
}

function doubleLiteral({ text, at }: Token): Syntax {
  const value = Number(text);
  if (!Number.isFinite(value)) throw refusal(at, `${text.slice(0, 40)} is beyond a double`);
  return { kind: 'literal', of: { type: 'double', value }, at };
}

function unexpected({ text, at }: Token, wanted: string): ReturnType<typeof refusal> {
  return refusal(at, `expected ${wanted}, got \`${text.slice(0, 40)}\``);
}
