/**
 * A tree with its types: names looked up, operators chosen. Ints and doubles never mix by themselves (`double(x)` and `int(x)` convert);
 * null may be compared (`x == null`), chosen by `?:` and replaced (`x.orValue(0.0)`), and nothing else.
 */

import { nearest } from '../config/nearest.ts';
import { OPERATORS, type Operator } from './operators.ts';
import { refusal } from './refusal.ts';
import type { Syntax } from './syntax.ts';
import { type ExpressionType, microsOf, type Value } from './types.ts';

/** What a name stands for. `key` is what the row and the SQL know it by. */
export interface Field {
  readonly key: string;
  readonly type: ExpressionType;
}

/** Names by what they stand for; undefined when nothing does. May throw a refusal of its own. */
export interface Scope {
  readonly names: readonly string[];
  readonly find: (name: string) => Field | undefined;
}

export type Typed =
  | { readonly kind: 'literal'; readonly type: ExpressionType; readonly value: NonNullable<Value> }
  | { readonly kind: 'null'; readonly type: ExpressionType }
  | { readonly kind: 'field'; readonly type: ExpressionType; readonly key: string }
  | {
      readonly kind: 'call';
      readonly type: ExpressionType;
      readonly operator: Operator;
      readonly args: readonly Typed[];
    }
  | {
      readonly kind: 'logic';
      readonly type: 'bool';
      readonly word: 'AND' | 'OR';
      readonly args: readonly [Typed, Typed];
    }
  | {
      readonly kind: 'choice';
      readonly type: ExpressionType;
      readonly when: Typed;
      readonly yes: Typed;
      readonly no: Typed;
    }
  | { readonly kind: 'is-null'; readonly type: 'bool'; readonly of: Typed; readonly negated: boolean }
  | { readonly kind: 'or-value'; readonly type: ExpressionType; readonly of: Typed; readonly fallback: Typed }
  | { readonly kind: 'in'; readonly type: 'bool'; readonly of: Typed; readonly values: readonly Typed[] };

/** The typed tree. MW_EXPRESSION_INVALID names the character, the types received and what would do. */
export function checkExpression(tree: Syntax, scope: Scope): Typed {
  return check(tree);

  function check(node: Syntax, wanted?: ExpressionType): Typed {
    if (node.kind === 'list') throw refusal(node.at, 'a list may only stand after `in`');
    if (node.kind === 'name') return field(node);
    if (node.kind === 'call') return call(node);
    if (node.of.type !== 'null') return { kind: 'literal', ...node.of };
    if (wanted) return { kind: 'null', type: wanted };
    throw refusal(node.at, '`null` may be compared (`x == null`) or chosen by `?:`, nothing else');
  }

  function field({ name, at }: Syntax & { readonly kind: 'name' }): Typed {
    const found = scope.find(name);
    if (found) return { kind: 'field', ...found };
    const guess = nearest(name, scope.names);
    throw refusal(at, `there is no \`${name.slice(0, 80)}\`${guess ? `; did you mean \`${guess}\`?` : ''}`);
  }

  function call(node: Syntax & { readonly kind: 'call' }): Typed {
    switch (node.name) {
      case '&&':
      case '||':
        return logic(node);
      case '?:':
        return choice(node);
      case '==':
      case '!=':
        return nullTest(node) ?? operation(node);
      case 'in':
        return membership(node);
      case '.orValue':
        return orValue(node);
      case 'timestamp':
        return timestamp(node);
      default:
        return operation(node);
    }
  }

  function logic({ name, args: [left, right], at }: Call): Typed {
    const word = name === '&&' ? 'AND' : 'OR';
    return { kind: 'logic', type: 'bool', word, args: [bool(left, at), bool(right, at)] };
  }

  function bool(node: Syntax | undefined, at: number): Typed {
    const typed = check(node ?? missing(at));
    if (typed.type !== 'bool') throw refusal(node?.at ?? at, `a bool is needed, got ${typed.type}`);
    return typed;
  }

  function choice({ args: [when, first, second], at }: Call): Typed {
    const [yes, no] = same(first ?? missing(at), second ?? missing(at), at);
    return { kind: 'choice', type: yes.type, when: bool(when, at), yes, no };
  }

  /** Both sides of a choice; a `null` takes the other's type. */
  function same(first: Syntax, second: Syntax, at: number): readonly [Typed, Typed] {
    const yes = isNull(first) ? check(first, check(second).type) : check(first);
    const no = check(second, yes.type);
    if (yes.type === no.type) return [yes, no];
    const got = [yes.type, no.type];
    throw refusal(at, `both values need one type, got ${got.join(' and ')}${conversionHint(got)}`);
  }

  function nullTest({ name, args: [left, right] }: Call): Typed | undefined {
    const of = right && isNull(right) ? left : left && isNull(left) ? right : undefined;
    return of && { kind: 'is-null', type: 'bool', of: check(of), negated: name === '!=' };
  }

  function orValue({ args, at }: Call): Typed {
    const [of, fallback] = args;
    if (!of || !fallback || args.length !== 2) throw refusal(at, '`.orValue` takes one value');
    const [value, other] = same(of, fallback, at);
    return { kind: 'or-value', type: value.type, of: value, fallback: other };
  }

  function membership({ args: [of, list], at }: Call): Typed {
    if (!of || list?.kind !== 'list' || list.items.length === 0) {
      throw refusal(at, '`in` needs a list of literals, such as `x in [1, 2]`');
    }
    const typed = check(of);
    const values = list.items.map((item) => {
      const value = check(item);
      if (value.kind === 'literal' && value.type === typed.type) return value;
      throw refusal(item.at, `the list needs literals of type ${typed.type}`);
    });
    return { kind: 'in', type: 'bool', of: typed, values };
  }

  function timestamp({ args: [text], at }: Call): Typed {
    const value = text?.kind === 'literal' && text.of.type === 'string' ? microsOf(text.of.value) : undefined;
    if (value !== undefined) return { kind: 'literal', type: 'timestamp', value };
    throw refusal(at, "`timestamp` needs an ISO 8601 text, such as timestamp('2013-06-01T00:00:00Z')");
  }

  function operation({ name, args, at }: Call): Typed {
    const typed = args.map((arg) => check(arg));
    const named = OPERATORS.filter((operator) => operator.name === name);
    const operator = named.find(
      ({ takes }) =>
        takes.length === typed.length && takes.every((type, index) => type === typed[index]?.type),
    );
    if (operator) return { kind: 'call', type: operator.gives, operator, args: typed };
    throw refusal(at, mismatch(name, named, typed));
  }
}

type Call = Syntax & { readonly kind: 'call' };

function isNull(node: Syntax): boolean {
  return node.kind === 'literal' && node.of.type === 'null';
}

function missing(at: number): never {
  throw refusal(at, 'a value is missing');
}

function mismatch(name: string, named: readonly Operator[], args: readonly Typed[]): string {
  const shown = `\`${name.replace('_', '')}\``;
  if (named.length === 0) {
    const guess = nearest(
      name,
      OPERATORS.map((operator) => operator.name),
    );
    return `there is no ${shown}${guess ? `; did you mean \`${guess}\`?` : ''}`;
  }
  const got = args.map(({ type }) => type);
  const takes = named.map((operator) => `(${operator.takes.join(', ')})`).join(', ');
  return `${shown} takes ${takes}, got (${got.join(', ')})${conversionHint(got)}`;
}

function conversionHint(got: readonly string[]): string {
  return got.includes('int') && got.includes('double')
    ? '; convert with double(x), and write 12.0 for 12'
    : '';
}
