/**
 * Whether a snapshot still has the rows that its lock had: where the first file of a lock was never put among the parts, the next interval
 * would silently go without it. Some rows may go, for parts are repaired and people ask to be forgotten; a tenth may not.
 */

import { MergewayError } from '../errors.ts';
import { counted } from '../plural.ts';
import type { Table } from '../ports/table.ts';
import { instantText } from './instant.ts';
import { instantSql, withinSql } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

const LEAST_SHARE = 0.9;

/** MW_DATA_MISSING where most rows of the lock's present interval are there no more. */
export async function requireEarlierRows(table: Table, snapshot: Snapshot): Promise<void> {
  const { lock, interval, draft } = snapshot;
  const { known, to } = lock;
  if (lock.part === 'holdout' || known === undefined || to === undefined || interval.to < to) return;

  const opened = await table.open([draft.path]);
  try {
    const [found] = await opened.query(
      `SELECT count(*) AS n FROM data WHERE ${withinSql(instantSql(lock.time), { before: to })}`,
    );
    const rows = Number(found?.n);
    if (rows >= LEAST_SHARE * known) return;
    const { path } = lock.file;
    throw new MergewayError(
      'MW_DATA_MISSING',
      `${path} has ${counted(known, 'row')} before ${instantText(to)}, and ${lock.rows.path} holds ${rows.toLocaleString('en-US')} of that time: put the earlier data there too, such as the file that ${path} names now (or, if so many are to go, take \`rows\` out of ${path})`,
    );
  } finally {
    await opened.close();
  }
}
