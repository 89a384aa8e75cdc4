/**
 * What an interval brings to the online store, as one DuckDB SELECT over the table `data`: of every key's rows in it the latest by event
 * time, then created time. Rows that tie are all there: the store lets the greater values win, as the point-in-time join does.
 * Instants are whole microseconds, so that nothing is lost.
 */

import { identifier } from '../contract/sql.ts';
import type { Column } from '../ports/table.ts';
import { NUMBER, WHOLE } from './columns.ts';
import type { ServiceView } from './service.ts';
import { DTYPE_SQL, instant } from './source-sql.ts';

/** Event times, microseconds since 1970; both ends count, and what was written after `to` is not seen. */
export interface EventWindow {
  /** Absent: from the first row on. */
  readonly from?: bigint;
  readonly to: bigint;
  /** Rows that were written since `from` count too, however old their event: what came late. */
  readonly late: boolean;
}

/** Columns of the SELECT: `key_0` …, `event`, `created`, `value_0` …, in the view's order. */
export function latestSql(view: ServiceView, columns: readonly Column[], window: EventWindow): string {
  const { timestamp_field: event, created_timestamp_field: created } = view.source;
  const keys = view.joinKeys.map((key, place) => ({ key, name: `key_${place}` }));
  const values = view.schema.map((field, place) => ({
    ...field,
    name: `value_${place}`,
    column: field.name,
  }));
  const rows = [
    ...keys.map(({ key, name }) => `${keySql(key, columns)} AS ${name}`),
    `${instant(event)} AS event`,
    `${created === undefined ? 'CAST(NULL AS TIMESTAMP WITH TIME ZONE)' : instant(created)} AS created`,
    ...values.map(
      ({ column, dtype, name }) => `CAST(${identifier(column)} AS ${DTYPE_SQL[dtype]}) AS ${name}`,
    ),
  ];
  const names = [
    ...keys.map(({ name }) => name),
    'epoch_us(event) AS event',
    'epoch_us(created) AS created',
    ...values.map(({ name, dtype }) => (dtype === 'UnixTimestamp' ? `epoch_us(${name}) AS ${name}` : name)),
  ];
  const present = keys.map(({ name }) => `${name} IS NOT NULL`);
  return `SELECT ${names.join(', ')}
FROM (SELECT ${rows.join(', ')} FROM data)
WHERE ${[...present, ...conditions(view, window)].join(' AND ')}
QUALIFY rank() OVER (PARTITION BY ${keys.map(({ name }) => name).join(', ')} ORDER BY event DESC, created DESC NULLS LAST) = 1`;
}

function conditions(view: ServiceView, { from, to, late }: EventWindow): readonly string[] {
  const [first, last] = [at(from ?? 0n), at(to)];
  const since =
    late && view.source.created_timestamp_field
      ? `(event >= ${first} OR created >= ${first})`
      : `event >= ${first}`;
  return [
    'isfinite(event)',
    `event <= ${last}`,
    ...(from === undefined ? [] : [since]),
    ...(view.cutOff ? [`created <= ${last}`] : []),
  ];
}

/** Whole numbers, numbers, truth values and text are what a request can bring; everything else goes by DuckDB's text for it. */
function keySql(key: string, columns: readonly Column[]): string {
  const type = columns.find(({ name }) => name === key)?.type ?? '';
  const column = identifier(key);
  if (WHOLE.test(type) || type === 'BOOLEAN' || type === 'VARCHAR') return column;
  return `CAST(${column} AS ${NUMBER.test(type) ? 'DOUBLE' : 'VARCHAR'})`;
}

function at(micros: bigint): string {
  return `make_timestamptz(${micros})`;
}
