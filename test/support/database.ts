/** The App's database for many tests: a new one costs 5 s of CPU, an old one a fraction of that, one that is open next to nothing. */

import type { PGlite } from '@electric-sql/pglite';
import { type OpenStore, type PgliteOptions, storeIn } from '#adapters/pglite/store.ts';

/** Every row but the versions of the schemas, and the queue, which is made at the start. */
const WRITTEN = `select string_agg(format('delete from %I.%I', schemaname, tablename), ';') as emptying from pg_tables
  where schemaname in ('public', 'pgboss') and tablename not in ('mergeway_schema', 'version', 'queue')`;

/** A store in this database, with nothing in it. */
export async function emptyStore(database: PGlite, options: PgliteOptions = {}): Promise<OpenStore> {
  const { rows } = await database.query<{ readonly emptying: string | null }>(WRITTEN);
  await database.exec(
    `set session_replication_role = replica; ${rows[0]?.emptying ?? ''}; reset session_replication_role`,
  );
  return storeIn(database, options);
}
