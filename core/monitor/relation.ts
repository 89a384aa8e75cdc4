/** A window's rows as SQL: of one version, by event time. Names are the prediction log's; a plain file may leave out what it does not have. */

import { literal } from '../contract/sql.ts';
import { PREFIX } from '../predictions/columns.ts';
import type { OpenTable } from '../ports/table.ts';

/** Event times, ms since 1970; `to` is left out. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface WindowOfTable {
  readonly table: OpenTable;
  /** Absent: rows have no times, and the table is one window. */
  readonly interval?: Interval | undefined;
  /** Absent: rows of every version. */
  readonly version?: string | undefined;
}

/** The rows of the window, as a subquery's text. */
export function windowSql({ table, interval, version }: WindowOfTable): string {
  const conditions = [
    ...(interval ? [isWithin(interval)] : []),
    ...(version !== undefined && has(table, 'version') ? [`version = ${literal(version)}`] : []),
  ];
  return `SELECT * FROM data${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}

/** Whether a time lies in the interval. */
export function isWithin({ from, to }: Interval, time = EVENT_TIME): string {
  return `${time} >= ${instant(from)} AND ${time} < ${instant(to)}`;
}

/** The event time, whatever kind of timestamp it is: without a zone it is UTC. */
export const EVENT_TIME = 'CAST(event_time AS TIMESTAMP)';

export function instant(ms: number): string {
  return `epoch_ms(CAST(${Math.round(ms)} AS BIGINT))`;
}

export function has(table: OpenTable, column: string): boolean {
  return table.columns.some(({ name }) => name === column);
}

/** Name of a feature's column: the log's with its prefix, a plain file's without. */
export function featureColumn(table: OpenTable, column: string): string | undefined {
  return [`${PREFIX.feature}${column}`, column].find((name) => has(table, name));
}
