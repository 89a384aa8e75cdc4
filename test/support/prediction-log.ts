/** A prediction log in this process: its files and parts in folders, its times in the test's hand, its rows as DuckDB reads them. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { PartStore } from '#core/ports/part-store.ts';
import { MISSING_NUMBERS_SQL } from '#core/predictions/read-log.ts';
import { type FolderLogWriter, folderLogWriter } from '#serving/prediction-log/log-writer.ts';
import { openPredictionLog, type PredictionLogOptions } from '#serving/prediction-log/prediction-log.ts';
import { temporaryFolder } from './folder.ts';
import { NOON, type TestServerOptions } from './serving.ts';

export type LoggedRow = Readonly<Record<string, unknown>>;

export interface LogFolders {
  /** Of the waiting files. */
  readonly state: string;
  readonly parts: PartStore;
  /** Every row of every part, in the order of sequence and row. */
  rows(kind?: string): Promise<readonly LoggedRow[]>;
  /** What the log lacks, by writer. */
  missing(): Promise<readonly LoggedRow[]>;
  /** All bytes of all files, waiting ones and parts. */
  bytes(): Promise<string>;
  /** Names of the waiting files. */
  waiting(): Promise<readonly string[]>;
}

export async function logFolders(t: TestContext): Promise<LogFolders> {
  const folder = await temporaryFolder(t);
  const state = join(folder, 'state');
  const root = join(folder, 'parts');
  const parts = folderPartStore(root);

  async function query(kind: string, sql: string): Promise<readonly LoggedRow[]> {
    const names = (await parts.list(`${kind}/`)).map(({ name }) => `'${join(root, name)}'`);
    if (names.length === 0) return [];
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      await connection.run(
        `CREATE VIEW data AS FROM read_parquet([${names.join()}], union_by_name = true, hive_partitioning = false)`,
      );
      return (await connection.runAndReadAll(sql)).getRowObjectsJson() as readonly LoggedRow[];
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  return {
    state,
    parts,
    rows: (kind = 'predictions') => query(kind, 'SELECT * FROM data ORDER BY sequence, "row"'),
    missing: () => query('predictions', MISSING_NUMBERS_SQL),
    async bytes() {
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      const texts = await Promise.all(
        files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
      );
      return texts.join('\n');
    },
    waiting: async () => (await readdir(state)).filter((file) => file.endsWith('.wal')),
  };
}

/** A writer over the folders; parts are made when `tick` is called a minute later. */
export function writerIn(
  { state, parts }: LogFolders,
  changes: Partial<Parameters<typeof folderLogWriter>[0]> = {},
): FolderLogWriter {
  return folderLogWriter({
    folder: state,
    parts,
    everyMs: 60_000,
    clock: standing(),
    events: { say: () => undefined, count: () => undefined },
    ...changes,
  });
}

/** For `testServer`: the log over the folders. */
export function loggingTo(
  folders: LogFolders,
  changes: Partial<PredictionLogOptions> = {},
): NonNullable<TestServerOptions['predictionLog']> {
  return (world) => openPredictionLog({ writer: writerIn(folders), ...world, ...changes });
}

function standing(): Clock {
  return { now: () => NOON };
}
