/** Parquet files made of SQL. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

let writer: Promise<DuckDBConnection> | undefined;

/** Writes the rows of a SELECT, over the file that was there; times without a zone are UTC. */
export async function writeParquet(path: string, select: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // One for all: starting a DuckDB takes five times what writing a small file does.
  writer ??= startWriter();
  await (await writer).run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
}

async function startWriter(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}
