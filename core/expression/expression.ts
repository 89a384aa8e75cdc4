/** An expression, from text to what training (SQL) and serving (a function) make of it. A subset of CEL's syntax (docs/features.md). */

import { checkExpression, type Scope, type Typed } from './check.ts';
import { type Closure, toClosure } from './closure.ts';
import { parseExpression } from './parse.ts';
import { toSql } from './sql.ts';
import type { ExpressionType } from './types.ts';

export interface Expression {
  readonly type: ExpressionType;
  /** Keys of the fields that it reads, each once, in the order of the text. */
  readonly fields: readonly string[];
  /** DuckDB SQL; `column` gives the SQL of a field by its key. */
  readonly sql: (column?: (key: string) => string) => string;
  /** A function of a row, made once. */
  readonly closure: () => Closure;
}

/** Parses and type-checks. MW_EXPRESSION_INVALID names the character. */
export function compileExpression(source: string, scope: Scope): Expression {
  const tree = checkExpression(parseExpression(source), scope);
  return {
    type: tree.type,
    fields: [...new Set(fieldsOf(tree))],
    sql: (column) => toSql(tree, column),
    closure: () => toClosure(tree),
  };
}

function fieldsOf(tree: Typed): readonly string[] {
  switch (tree.kind) {
    case 'literal':
    case 'null':
      return [];
    case 'field':
      return [tree.key];
    case 'call':
    case 'logic':
      return tree.args.flatMap(fieldsOf);
    case 'choice':
      return [tree.when, tree.yes, tree.no].flatMap(fieldsOf);
    case 'is-null':
    case 'in':
      return fieldsOf(tree.of);
    case 'or-value':
      return [tree.of, tree.fallback].flatMap(fieldsOf);
  }
}
