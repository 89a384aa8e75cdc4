/** SQL expressions for a column's values as the contract's logical type reads them. */

import type { Shape } from './check.ts';
import { type ContractProperty, columnOf, type LogicalType } from './odcs.ts';
import { identifier, literal } from './sql.ts';

const CASTS: Readonly<Partial<Record<LogicalType, string>>> = {
  integer: 'DOUBLE',
  number: 'DOUBLE',
  date: 'TIMESTAMP',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  time: 'TIME',
};

/** The type that values of a logical type are compared as; undefined for text and nested types. */
export function comparable(type: LogicalType | undefined): string | undefined {
  return type && CASTS[type];
}

/** A column's value for comparisons: NULL where it has not the logical type, which is for the type rule to say. */
export function valueSql(property: ContractProperty): string {
  const cast = comparable(property.logicalType);
  const column = identifier(columnOf(property));
  return cast ? `TRY_CAST(${column} AS ${cast})` : column;
}

/** A bound of the contract in the type of the values that it bounds. */
export function boundSql(bound: string | number, type: LogicalType | undefined): string {
  const cast = comparable(type);
  return cast ? `TRY_CAST(${literal(bound)} AS ${cast})` : literal(bound);
}

/** The column as text. */
export function textSql(column: string): string {
  return `CAST(${identifier(column)} AS VARCHAR)`;
}

/** Predicate: the column holds a value. */
export function presentSql(column: string): string {
  return `${identifier(column)} IS NOT NULL`;
}

/** Whether the data has the property's column. */
export function hasColumn(shape: Shape, property: ContractProperty): boolean {
  return shape.columns.has(columnOf(property));
}
