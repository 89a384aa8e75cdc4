/**
 * The App's memory in one folder: PGlite (PostgreSQL compiled to WebAssembly) with pg-boss on the same connection.
 * A new folder takes about 5 s of CPU, an existing one less than one.
 */

import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite, PgBoss } from 'pg-boss';
import type { Store } from '#core/ports/store.ts';
import { pgliteCandidates } from './candidates.ts';
import { pgliteEvaluations } from './evaluations.ts';
import { pgliteInbox } from './inbox.ts';
import { adoptLedger, pgliteLedger } from './ledger.ts';
import { lockFolder } from './lock.ts';
import { pgliteMonitors } from './monitors.ts';
import { pgliteRepositories } from './repositories.ts';
import { pgliteRetrainings } from './retrainings.ts';
import { pgliteRollouts } from './rollouts.ts';
import { MIGRATIONS, VERSION_TABLE } from './schema.ts';
import { sqlOf } from './sql.ts';

export interface OpenStore extends Store {
  /** Ends the work in hand, and closes what was opened. */
  close(): Promise<void>;
}

export interface PgliteOptions {
  /** Called with trouble in the background, such as a failed maintenance query. */
  readonly onError?: (error: Error) => void;
  /** How often a failed delivery is tried again before it is dead; 10 unless told. */
  readonly retries?: number;
}

/** Opens the database in `folder`, making it when it is not there. MW_DATABASE_LOCKED when another process has it. */
export async function openPglite(folder: string, options: PgliteOptions = {}): Promise<OpenStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    const database = await PGlite.create({ dataDir: `${folder}/data` });
    const store = await storeIn(database, options);
    return {
      ...store,
      async close() {
        await store.close();
        await database.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The store in a database that is open, and stays open when the store is closed. */
export async function storeIn(
  database: PGlite,
  { onError = () => {}, retries }: PgliteOptions = {},
): Promise<OpenStore> {
  await migrate(database);
  const boss = await startBoss(database, onError);
  return {
    ...(await repositoriesOf(database, boss, retries)),
    close: () => boss.stop({ graceful: true, timeout: 5000, close: false }),
  };
}

async function repositoriesOf(database: PGlite, boss: PgBoss, retries: number | undefined): Promise<Store> {
  const sql = sqlOf(database);
  return {
    inbox: await pgliteInbox(database, boss, { retries }),
    repositories: pgliteRepositories(sql),
    candidates: pgliteCandidates(sql),
    evaluations: pgliteEvaluations(sql),
    rollouts: pgliteRollouts(sql),
    monitors: pgliteMonitors(sql),
    retrainings: pgliteRetrainings(sql),
    ledger: (repository) => pgliteLedger(database, repository),
    adoptLedger: (repository, entries) => adoptLedger(database, repository, entries),
  };
}

/** Applies the migrations that are missing, each in a transaction of its own. */
async function migrate(database: PGlite): Promise<void> {
  await database.exec(VERSION_TABLE);
  const [row] = await sqlOf(database).query<{ readonly version: number | null }>(
    'select max(version) as version from mergeway_schema',
  );
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1;
    if (version <= (row?.version ?? 0)) continue;
    await database.transaction(async (transaction) => {
      await transaction.exec(statements);
      await transaction.query('insert into mergeway_schema (version) values ($1)', [version]);
    });
  }
}

async function startBoss(database: PGlite, onError: (error: Error) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    db: fromPglite(database),
    backend: 'pglite',
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  });
  boss.on('error', onError);
  return boss.start();
}
