/** The ledger of one repository in the database. Appending reads the last entry and writes the next in one transaction. */

import type { PGlite } from '@electric-sql/pglite';
import { sealEntry } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Ledger } from '#core/ports/ledger.ts';
import { jsonb, type Sql, sqlOf } from './sql.ts';

interface Row {
  readonly entry: LedgerEntry;
}

export function pgliteLedger(database: PGlite, repository: string): Ledger {
  return {
    append: (draft) =>
      database.transaction(async (transaction) => {
        const sql = sqlOf(transaction);
        await oneWriter(sql, repository);
        const [known] = await sql.query<Row>('select entry from ledger where repository = $1 and id = $2', [
          repository,
          draft.id,
        ]);
        if (known) return known.entry;

        const [last] = await sql.query<Row>(
          'select entry from ledger where repository = $1 order by sequence desc limit 1',
          [repository],
        );
        const entry = sealEntry(draft, last?.entry);
        await sql.query(
          'insert into ledger (repository, sequence, id, entry) values ($1, $2, $3, $4::jsonb)',
          [repository, entry.sequence, entry.id, jsonb(entry)],
        );
        return entry;
      }),

    async entries() {
      const rows = await sqlOf(database).query<Row>(
        'select entry from ledger where repository = $1 order by sequence',
        [repository],
      );
      return rows.map(({ entry }) => entry);
    },
  };
}

/** Takes over a chain from elsewhere, all of it or nothing. */
export async function adoptLedger(
  database: PGlite,
  repository: string,
  entries: readonly LedgerEntry[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    const sql = sqlOf(transaction);
    await oneWriter(sql, repository);
    const known = await sql.query('select 1 from ledger where repository = $1 limit 1', [repository]);
    if (known.length > 0) return;
    for (const entry of entries) await insert(sql, repository, entry);
  });
}

async function insert(sql: Sql, repository: string, entry: LedgerEntry): Promise<void> {
  await sql.query('insert into ledger (repository, sequence, id, entry) values ($1, $2, $3, $4::jsonb)', [
    repository,
    entry.sequence,
    entry.id,
    jsonb(entry),
  ]);
}

/** Two writers would seal two entries onto the same one; the lock lasts until the transaction ends. */
async function oneWriter(sql: Sql, repository: string): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`ledger ${repository}`]);
}
