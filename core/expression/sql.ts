/** A typed tree as DuckDB SQL. Values are literals by text, so that no digit is lost on the way. */

import { identifier, literal } from '../contract/sql.ts';
import type { Typed } from './check.ts';
import { type ExpressionType, isoOf, SQL_TYPES, TIMESTAMP_MAX, TIMESTAMP_MIN, type Value } from './types.ts';

/** `column` gives the SQL of a field by its key. */
export function toSql(tree: Typed, column: (key: string) => string = identifier): string {
  switch (tree.kind) {
    case 'literal':
      return valueSql(tree.type, tree.value);
    case 'null':
      return `CAST(NULL AS ${SQL_TYPES[tree.type]})`;
    case 'field':
      return fieldSql(tree.type, column(tree.key));
    case 'call':
      return tree.operator.sql(...tree.args.map((arg) => toSql(arg, column)));
    case 'logic':
      return `(${tree.args.map((arg) => toSql(arg, column)).join(` ${tree.word} `)})`;
    case 'choice':
      return `(CASE ${toSql(tree.when, column)} WHEN true THEN ${toSql(tree.yes, column)} WHEN false THEN ${toSql(tree.no, column)} END)`;
    case 'is-null':
      return `(${toSql(tree.of, column)} IS ${tree.negated ? 'NOT ' : ''}NULL)`;
    case 'or-value':
      return `COALESCE(${toSql(tree.of, column)}, ${toSql(tree.fallback, column)})`;
    case 'in':
      return `(${toSql(tree.of, column)} IN (${tree.values.map((value) => toSql(value, column)).join(', ')}))`;
  }
}

/** Instants outside the years 1 to 9999, the infinite ones among them, are null on both sides. */
function fieldSql(type: ExpressionType, column: string): string {
  if (type !== 'timestamp') return `CAST(${column} AS ${SQL_TYPES[type]})`;
  const instant = `CAST(${column} AS ${SQL_TYPES.timestamp})`;
  const [first, last] = [valueSql('timestamp', TIMESTAMP_MIN), valueSql('timestamp', TIMESTAMP_MAX)];
  return `(CASE WHEN ${instant} BETWEEN ${first} AND ${last} THEN ${instant} END)`;
}

/** A value as a literal of its type. */
export function valueSql(type: ExpressionType, value: NonNullable<Value>): string {
  const text = type === 'timestamp' && typeof value === 'bigint' ? isoOf(value) : String(value);
  return `CAST(${literal(Object.is(value, -0) ? '-0.0' : text)} AS ${SQL_TYPES[type]})`;
}
