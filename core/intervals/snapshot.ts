/**
 * The rows of a span as one file of its own. The same rows give the same bytes, however they were spread over parts: equal rows are one
 * (a part that was delivered twice changes nothing), and they are sorted by time and then by every column.
 */

import { identifier } from '../contract/sql.ts';
import { type Digest, hexOf, shortDigest } from '../digest.ts';
import type { Draft } from '../ports/data-store.ts';
import type { Table } from '../ports/table.ts';
import { instantText, intervalName } from './instant.ts';
import type { AdvancedLock } from './model-locks.ts';
import { instantSql, type Parts, withinSql } from './parts.ts';
import { rewriteLock } from './rewrite-lock.ts';
import type { Interval } from './schedule.ts';

/** A snapshot that is written and has no name yet. */
export interface Snapshot {
  readonly lock: AdvancedLock;
  /** From the lock's own begin, or that of its first row. */
  readonly interval: Interval;
  readonly draft: Draft;
  readonly digest: Digest;
  readonly rows: number;
}

/** Writes the rows of a span into a draft; how many they are. */
export async function writeRows(
  table: Table,
  { columns, paths }: Parts,
  { time, interval, to }: { readonly time: string; readonly interval: Interval; readonly to: string },
): Promise<number> {
  const order = [instantSql(time), ...columns.map(({ name }) => identifier(name))];
  const { rows } = await table.writeParquet({
    tables: { parts: paths },
    sql: `SELECT * FROM (SELECT DISTINCT * FROM parts WHERE ${withinSql(instantSql(time), { from: interval.from, before: interval.to })}) ORDER BY ${order.join(', ')}`,
    to,
  });
  return rows;
}

/** Name of the file in its store. */
export function snapshotName({ lock, interval, digest }: Snapshot): string {
  return `${lock.folder}/${intervalName(interval)}-${shortDigest(digest)}.parquet`;
}

/** The lock's text once the snapshot has its name. */
export function lockText(snapshot: Snapshot): string {
  const { lock, interval, digest, rows } = snapshot;
  return rewriteLock(lock.file, {
    uri: `${lock.into}:${snapshotName(snapshot)}`,
    sha256: hexOf(digest),
    rows,
    interval: { from: instantText(interval.from), to: instantText(interval.to) },
  });
}
