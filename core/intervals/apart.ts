/**
 * Whether training and holdout are apart in the data, not only in the arithmetic: every time within its own interval, no key for two
 * different rows, and no key in both. A row whose time was corrected from one interval into the next would else be trained and judged on.
 */

import type { ModelConfig } from '../config/model.ts';
import { identifier } from '../contract/sql.ts';
import { counted } from '../plural.ts';
import type { OpenTable, Table } from '../ports/table.ts';
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
  const { config, training, holdout } = request;
  const { key } = config.evaluate;
  const judged = await keysOf(table, [holdout], key);
  const broken = [...(await outOfTime(table, holdout)), ...doubled(holdout, key, judged)];
  for (const snapshot of training) {
    const trained = await keysOf(table, [snapshot], key);
    broken.push(...(await outOfTime(table, snapshot)), ...doubled(snapshot, key, trained));
    if (!judged || !trained) continue;
    const together = await keysOf(table, [snapshot, holdout], key);
    broken.push(...shared(request, snapshot, trained.keys + judged.keys - (together?.keys ?? 0)));
  }
  return broken;
}

async function outOfTime(table: Table, snapshot: Snapshot): Promise<readonly BrokenRule[]> {
  const { lock, interval } = snapshot;
  const within = withinSql(instantSql(lock.time), { from: interval.from, before: interval.to });
  const failed = await withTable(table, [snapshot], async (opened) => {
    const [found = {}] = await opened.query(`SELECT count(*) AS n FROM data WHERE (${within}) IS NOT true`);
    return Number(found.n);
  });
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

/** Keys of snapshots together; undefined where the column is not. */
function keysOf(table: Table, snapshots: readonly Snapshot[], key: string): Promise<Keys | undefined> {
  return withTable(table, snapshots, async (opened) => {
    if (!opened.columns.some(({ name }) => name === key)) return undefined;
    const [found = {}] = await opened.query(
      `SELECT count(${identifier(key)}) AS "rows", count(DISTINCT ${identifier(key)}) AS keys FROM data`,
    );
    return { rows: Number(found.rows), keys: Number(found.keys) };
  });
}

async function withTable<Answer>(
  table: Table,
  snapshots: readonly Snapshot[],
  ask: (opened: OpenTable) => Promise<Answer>,
): Promise<Answer> {
  const opened = await table.open(snapshots.map(({ draft }) => draft.path));
  try {
    return await ask(opened);
  } finally {
    await opened.close();
  }
}
