/**
 * `serve.defaults`: what a null of a service's column becomes, the same in training, evaluation and serving. It is the last step, after
 * ttl and after expressions, so that an expression sees the null; NaN is a value and stays.
 */

import type { Dtype } from '../config/features.ts';
import type { ModelConfig } from '../config/model.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import { valueSql } from '../expression/sql.ts';
import { microsOf, type Value } from '../expression/types.ts';
import { EXPRESSION_TYPES } from './on-demand.ts';
import type { Output } from './outputs.ts';
import type { FeatureService } from './service.ts';
import { DTYPE_SQL } from './source-sql.ts';

/** By column, in the values of the expression language. */
export type Defaults = ReadonlyMap<string, Value>;

type Given = ModelConfig['serve']['defaults'];

export const NO_DEFAULTS: Defaults = new Map();

/** The defaults as values of their columns' types. MW_CONFIG_INVALID for a column that the service does not give, and a value that does not fit. */
export function defaultsOf(service: Pick<FeatureService, 'name' | 'outputs'>, given: Given): Defaults {
  const entries = Object.entries(given).map(([column, value]): [string, Value] => {
    const output = service.outputs.find((one) => one.column === column);
    if (!output) throw unknownColumn(service, column);
    return [column, typed(output, value)];
  });
  return new Map(entries);
}

/** A served value with its default. */
export function filled(value: Value, column: string, defaults: Defaults): Value {
  return value ?? defaults.get(column) ?? null;
}

/** The same as SQL. */
export function filledSql(sql: string, { column, dtype }: Output, defaults: Defaults): string {
  const value = defaults.get(column) ?? null;
  if (value === null) return sql;
  return `COALESCE(${sql}, CAST(${valueSql(EXPRESSION_TYPES[dtype], value)} AS ${DTYPE_SQL[dtype]}))`;
}

function typed({ column, dtype }: Output, value: Given[string]): Value {
  const fitting = READ[dtype](value);
  if (fitting !== undefined) return fitting;
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    `${column}: ${JSON.stringify(value).slice(0, 80)} is no ${dtype}`,
  );
}

const READ: Readonly<Record<Dtype, (value: Given[string]) => Value | undefined>> = {
  Int32: (value) => (Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31 ? whole(value) : undefined),
  Int64: whole,
  Float32: (value) =>
    typeof value === 'number' && Number.isFinite(Math.fround(value)) ? Math.fround(value) : undefined,
  Float64: (value) => (typeof value === 'number' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Bool: (value) => (typeof value === 'boolean' ? value : undefined),
  UnixTimestamp: (value) => (typeof value === 'string' ? microsOf(value) : undefined),
};

function whole(value: Given[string]): bigint | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function unknownColumn({ name, outputs }: Pick<FeatureService, 'name' | 'outputs'>, column: string) {
  const guess = nearest(
    column,
    outputs.map((one) => one.column),
  );
  return new MergewayError(
    'MW_CONFIG_INVALID',
    `${column.slice(0, 80)}: the service ${name} gives no such column${guess ? `; did you mean \`${guess}\`?` : ''}`,
  );
}
