/** A typed tree as a JavaScript function of a row: what serving runs for every request. It never throws. */

import type { Typed } from './check.ts';
import { compare } from './operators.ts';
import type { Value } from './types.ts';

/** Values by the fields' keys; a key that is absent is null. */
export type Inputs = Readonly<Record<string, Value>>;

export type Closure = (row: Inputs) => Value;

export function toClosure(tree: Typed): Closure {
  switch (tree.kind) {
    case 'literal':
      return () => tree.value;
    case 'null':
      return () => null;
    case 'field':
      return (row) => (Object.hasOwn(row, tree.key) ? (row[tree.key] ?? null) : null);
    case 'call':
      return calling(tree.operator.js as (...args: readonly Value[]) => Value, tree.args.map(toClosure));
    case 'logic':
      return logic(tree.word, toClosure(tree.args[0]), toClosure(tree.args[1]));
    case 'choice':
      return choice(toClosure(tree.when), toClosure(tree.yes), toClosure(tree.no));
    case 'is-null':
      return isNull(toClosure(tree.of), tree.negated);
    case 'or-value':
      return orValue(toClosure(tree.of), toClosure(tree.fallback));
    case 'in':
      return isOneOf(
        toClosure(tree.of),
        tree.values.map((value) => toClosure(value)({})),
      );
  }
}

function calling(js: (...args: readonly Value[]) => Value, args: readonly Closure[]): Closure {
  return (row) => {
    const values = args.map((arg) => arg(row));
    return values.includes(null) ? null : js(...values);
  };
}

/** Kleene's logic: `false && null` is false, `true || null` is true, everything else with null is null. */
function logic(word: 'AND' | 'OR', left: Closure, right: Closure): Closure {
  const decided = word === 'OR';
  return (row) => {
    const a = left(row);
    if (a === decided) return decided;
    const b = right(row);
    if (b === decided) return decided;
    return a === null || b === null ? null : !decided;
  };
}

/** A condition that is null chooses nothing: what is not known stays unknown. */
function choice(when: Closure, yes: Closure, no: Closure): Closure {
  return (row) => {
    const met = when(row);
    if (met === null) return null;
    return met ? yes(row) : no(row);
  };
}

function isNull(of: Closure, negated: boolean): Closure {
  return (row) => (of(row) === null) !== negated;
}

function orValue(of: Closure, fallback: Closure): Closure {
  return (row) => of(row) ?? fallback(row);
}

function isOneOf(of: Closure, values: readonly Value[]): Closure {
  return (row) => {
    const value = of(row);
    if (value === null) return null;
    return values.some((one) => one !== null && compare(value, one) === 0);
  };
}
