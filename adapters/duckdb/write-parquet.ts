/** The rows of a SELECT as one Parquet file, streamed by DuckDB's COPY into a draft beside it, which is renamed when it is whole. */

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { refuseAllButSelect, refused } from './open-table.ts';
import { quoteText } from './source.ts';

/** Writes and counts. `lockDown` is called with the one path that may be written, before the query is looked at. */
export async function copyToParquet(
  connection: DuckDBConnection,
  { sql, to }: { readonly sql: string; readonly to: string },
  lockDown: (draft: string) => Promise<void>,
): Promise<{ readonly rows: number }> {
  const path = resolve(to);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await mkdir(dirname(path), { recursive: true });
  await lockDown(draft);
  try {
    const { rows } = await copy(connection, sql, draft);
    await rename(draft, path);
    return { rows };
  } finally {
    await rm(draft, { force: true });
  }
}

async function copy(connection: DuckDBConnection, sql: string, draft: string): Promise<{ rows: number }> {
  try {
    await refuseAllButSelect(connection, sql);
    const reader = await connection.runAndReadAll(
      `COPY (${sql}\n) TO ${quoteText(draft)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return { rows: Number(reader.getRows()[0]?.[0]) };
  } catch (cause) {
    throw refused(cause, sql);
  }
}
