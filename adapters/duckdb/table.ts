/**
 * Tables by DuckDB, in this process. Files are loaded first; then DuckDB is shut off from files, network and settings,
 * before any query of a user runs. Files too large to load stay where they are and are the only ones it may read.
 */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MergewayError } from '#core/errors.ts';
import type { Table } from '#core/ports/table.ts';
import { openTable } from './open-table.ts';
import { quoteName, quoteText, type Source, sourceOf } from './source.ts';
import { copyToParquet } from './write-parquet.ts';

export interface DuckDbOptions {
  /** Memory that DuckDB may take, as DuckDB writes it: `2GB`. */
  readonly memory?: string;
  readonly threads?: number;
  /** Files that are larger together are not loaded but read in place for every query; bytes. */
  readonly loadUpTo?: number;
}

/** Parquet and CSV files as tables. */
export function duckdbTable({
  memory = '2GB',
  threads = 2,
  loadUpTo = 512 * 1024 ** 2,
}: DuckDbOptions = {}): Table {
  return {
    async open(paths, { union = false, also = {} } = {}) {
      const sources: (readonly [string, Source])[] = [['data', await sourceOf(paths, { union })]];
      for (const [table, more] of Object.entries(also))
        sources.push([table, await sourceOf(more, { union })]);
      const { instance, connection, close } = await startDuckDb({ memory, threads });
      try {
        const bytes = sources.reduce((sum, [, source]) => sum + source.bytes, 0);
        const loaded = bytes <= loadUpTo;
        for (const [table, source] of sources)
          await name(connection, table, source, loaded ? 'TABLE' : 'VIEW');
        await lockDown(connection, loaded ? [] : sources.flatMap(([, { paths: read }]) => read));
        return await openTable(instance, connection, { hasRowIds: loaded, close });
      } catch (cause) {
        await close();
        throw cause;
      }
    },

    async writeParquet({ tables, sql, to }) {
      const sources: (readonly [string, Source])[] = [];
      for (const [table, paths] of Object.entries(tables)) sources.push([table, await sourceOf(paths)]);
      const { connection, close } = await startDuckDb({ memory, threads });
      try {
        for (const [table, source] of sources) await name(connection, table, source, 'VIEW');
        return await copyToParquet(connection, { sql, to }, async (draft) => {
          await lockDown(connection, [...sources.flatMap(([, { paths }]) => paths), draft]);
        });
      } finally {
        await close();
      }
    },
  };
}

/** A DuckDB of its own, with a folder to spill to that goes with it. */
async function startDuckDb({ memory, threads }: { readonly memory: string; readonly threads: number }) {
  const spill = join(tmpdir(), `mergeway-duckdb-${randomUUID()}`);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const close = async () => {
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  };
  return { instance, connection, close };
}

/** The source under a name: loaded, or read in place by every query. */
async function name(
  connection: DuckDBConnection,
  table: string,
  source: Source,
  kind: 'TABLE' | 'VIEW',
): Promise<void> {
  try {
    await connection.run(`CREATE ${kind} ${quoteName(table)} AS SELECT * FROM ${source.sql}`);
  } catch (cause) {
    throw new MergewayError('MW_TABLE_UNREADABLE', `${source.paths.join(', ')}: ${firstSentence(cause)}`, {
      cause,
    });
  }
}

/** What DuckDB found; the search space and settings that it goes on about are not the reader's to change. */
function firstSentence(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [found = text] = text.split('The search space used was');
  const sniffed = /(It was not possible .*)/s.exec(found)?.[1] ?? found.split('\n')[0] ?? found;
  return sniffed.replace(/\s+/g, ' ').trim().slice(0, 400);
}

/** From here on only the named files can be read or written, and no setting can be changed. */
async function lockDown(connection: DuckDBConnection, allowed: readonly string[]): Promise<void> {
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run(`SET GLOBAL allowed_paths = [${allowed.map(quoteText).join(', ')}]`);
  await connection.run('SET GLOBAL enable_external_access = false');
  await connection.run('SET GLOBAL lock_configuration = true');
}
