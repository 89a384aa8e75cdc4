/**
 * Values have their logical type. Parquet columns carry a type, which decides, but for whole numbers stored as floating point and
 * dates stored as timestamps (as dataframes do): there the values decide, as they always do in CSV.
 */

import { type Check, type ContractRule, rowCheck, type Shape } from '../check.ts';
import { type ContractProperty, columnOf, type LogicalType } from '../odcs.ts';
import { identifier } from '../sql.ts';
import { hasColumn, presentSql, textSql } from '../values.ts';

const INTEGER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(\d+,\s*0\))$/;
const FLOATING = /^(FLOAT|REAL|DOUBLE|DECIMAL)/;

/** DuckDB's types that have a logical type as they are. */
const STORED_AS: Readonly<Record<LogicalType, RegExp>> = {
  string: /^(VARCHAR|UUID|ENUM)/,
  integer: INTEGER,
  number: new RegExp(`${INTEGER.source}|${FLOATING.source}`),
  boolean: /^BOOLEAN$/,
  date: /^DATE$/,
  timestamp: /^TIMESTAMP/,
  time: /^TIME( |$)/,
  object: /^(STRUCT|MAP|JSON)/,
  array: /\[\d*\]$/,
};

export const type: ContractRule = {
  ofProperty(property, shape) {
    const { logicalType } = property;
    if (!logicalType || !hasColumn(shape, property)) return [];
    const stored = shape.columns.get(columnOf(property))?.type ?? '';
    if (STORED_AS[logicalType].test(stored)) return [whole(property, stored, shape, 'pass')];

    const mistyped = mistypedSql(logicalType, columnOf(property), stored, shape);
    if (!mistyped) return [whole(property, stored, shape, 'fail')];
    const column = columnOf(property);
    return [
      rowCheck({
        rule: 'type',
        column,
        present: presentSql(column),
        failing: mistyped,
        broken: `are no ${logicalType}`,
      }),
    ];
  },
};

/** The column's type decides for all rows at once. */
function whole(
  { logicalType, ...property }: ContractProperty,
  stored: string,
  { format }: Shape,
  status: 'pass' | 'fail',
): Check {
  const column = columnOf(property as ContractProperty);
  return {
    rule: 'type',
    column,
    severity: 'error',
    measures: { values: `count(*) FILTER (WHERE ${presentSql(column)})` },
    ...(status === 'fail' ? { failing: presentSql(column) } : {}),
    shows: [column],
    judge({ values = 0 }, rows) {
      if (format === 'csv' && rows === 0) {
        return { status: 'inconclusive', reason: 'there is no value to check', failed: 0 };
      }
      const reason = `the column is ${stored}, the contract says ${logicalType}`;
      return { status, reason, failed: status === 'fail' ? values : 0 };
    },
  };
}

/** Predicate for values that have not the type, or undefined where the column's type alone settles it. */
function mistypedSql(
  logicalType: LogicalType,
  column: string,
  stored: string,
  { format }: Shape,
): string | undefined {
  const name = identifier(column);
  if (logicalType === 'integer' && FLOATING.test(stored))
    return `NOT isfinite(${name}::DOUBLE) OR ${name} <> trunc(${name})`;
  if (logicalType === 'date' && STORED_AS.timestamp.test(stored))
    return `${name} <> date_trunc('day', ${name})`;
  if (format === 'parquet') return undefined;

  const text = textSql(column);
  switch (logicalType) {
    case 'string':
      return 'false';
    case 'integer':
      return `${name} IS NOT NULL AND coalesce(TRY_CAST(${text} AS DOUBLE) <> trunc(TRY_CAST(${text} AS DOUBLE)), true)`;
    case 'number':
      return `${name} IS NOT NULL AND TRY_CAST(${text} AS DOUBLE) IS NULL`;
    case 'object':
    case 'array':
      return undefined;
    default:
      return `${name} IS NOT NULL AND TRY_CAST(${text} AS ${logicalType.toUpperCase()}) IS NULL`;
  }
}
