/**
 * Whether training and holdout are apart in the data, not only in the arithmetic: every time within its own interval, no key for two
 * different rows, and no key in both. A row whose time was corrected from one interval into the next would else be trained and judged on.
 */

import type { ModelConfig } from '../config/model.ts';
import { identifier } from '../contract/sql.ts';
import { counted } from '../plural.ts';
import type { OpenTable, Table } from '../ports/table.ts';
import { columnsByTable } from '../tables.ts';
import { instantSql, withinSql } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

/** What is wrong with a snapshot, in the words of a contract's rule. */
export interface BrokenRule {
  /** Path of the lock. */
  readonly lock: string;
  readonly rule: string;
  readonly column: string | null;
  readonly reason: string;
  /** Rows that break it; keys where it is about keys. */
  readonly failed: number;
}

interface Apart {
  readonly config: Pick<ModelConfig, 'evaluate'>;
  readonly training: readonly Snapshot[];
  readonly holdout: Snapshot;
}

/** Everything that is not apart. Snapshots without the column of keys are told apart by time alone. */
export async function whatIsNotApart(table: Table, request: Apart): Promise<readonly BrokenRule[]> {
  const { training, holdout } = request;
  const also = training.map(({ draft }, index): [string, readonly string[]] => [
    trainingTable(index),
    [draft.path],
  ]);
  const opened = await table.open([holdout.draft.path], { also: Object.fromEntries(also) });
  try {
    return await compare(opened, request);
  } finally {
    await opened.close();
  }
}

function trainingTable(index: number): string {
  return `training${index}`;
}

async function compare(opened: OpenTable, request: Apart): Promise<readonly BrokenRule[]> {
  const { config, training, holdout } = request;
  const { key } = config.evaluate;
  const columns = await columnsByTable(opened);
  const hasKey = (table: string) => columns.get(table)?.some(({ name }) => name === key) ?? false;
  const keysIn = async (...tables: readonly string[]) =>
    tables.every(hasKey) ? keysOf(opened, key, tables) : undefined;

  const judged = await keysIn('data');
  const broken = [...(await outOfTime(opened, 'data', holdout)), ...doubled(holdout, key, judged)];
  for (const [index, snapshot] of training.entries()) {
    const name = trainingTable(index);
    const trained = await keysIn(name);
    broken.push(...(await outOfTime(opened, name, snapshot)), ...doubled(snapshot, key, trained));
    const together = await keysIn('data', name);
    if (!judged || !trained || !together) continue;
    broken.push(...shared(request, snapshot, trained.keys + judged.keys - together.keys));
  }
  return broken;
}

async function outOfTime(
  opened: OpenTable,
  table: string,
  snapshot: Snapshot,
): Promise<readonly BrokenRule[]> {
  const { lock, interval } = snapshot;
  const within = withinSql(instantSql(lock.time), { from: interval.from, before: interval.to });
  const [found = {}] = await opened.query(`SELECT count(*) AS n FROM ${table} WHERE (${within}) IS NOT true`);
  const failed = Number(found.n);
  const reason = `${counted(failed, 'row')} outside of it`;
  return brokenBy(failed, { lock: lock.file.path, rule: 'interval', column: lock.time, reason });
}

function doubled({ lock }: Snapshot, key: string, found: Keys | undefined): readonly BrokenRule[] {
  const failed = found ? found.rows - found.keys : 0;
  const reason = `${counted(failed, 'row')} with the ${key} of another row`;
  return brokenBy(failed, { lock: lock.file.path, rule: 'one row per key', column: key, reason });
}

function shared({ config, holdout }: Apart, training: Snapshot, failed: number): readonly BrokenRule[] {
  const { key } = config.evaluate;
  const reason = `${counted(failed, 'key')} of the holdout in ${training.lock.file.path} too`;
  return brokenBy(failed, { lock: holdout.lock.file.path, rule: 'not trained on', column: key, reason });
}

function brokenBy(failed: number, rule: Omit<BrokenRule, 'failed'>): readonly BrokenRule[] {
  return failed > 0 ? [{ ...rule, failed }] : [];
}

interface Keys {
  readonly rows: number;
  /** Different ones. */
  readonly keys: number;
}

/** Keys of tables together. */
async function keysOf(opened: OpenTable, key: string, tables: readonly string[]): Promise<Keys> {
  const rows = tables.map((table) => `SELECT ${identifier(key)} AS key FROM ${table}`);
  const [found = {}] = await opened.query(
    `SELECT count(key) AS "rows", count(DISTINCT key) AS keys FROM (${rows.join(' UNION ALL ')})`,
  );
  return { rows: Number(found.rows), keys: Number(found.keys) };
}
