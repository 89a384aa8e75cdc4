/** Feature files and joins for tests: Parquet written by DuckDB, definitions by text, answers as rows. */

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { type FeatureService, serviceOf } from '#core/features/service.ts';
import { joinFeatures } from '#core/flows/join-features.ts';
import type { Row } from '#core/ports/table.ts';
import { temporaryFolder } from './folder.ts';
import { writeParquet } from './parquet.ts';

/** The service of definitions in YAML. */
export function serviceFrom(text: string, name = 'v1'): FeatureService {
  return serviceOf(parseFeatureDefinitions({ path: 'features/test.yaml', text }), name);
}

/** A Parquet file per name, from a SELECT each; the folder they are in. */
export async function parquetFiles(
  t: TestContext,
  selects: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, select] of Object.entries(selects)) {
    await writeParquet(join(folder, `${name}.parquet`), select);
  }
  return folder;
}

/** The joined rows: `labels.parquet` of the folder, and `<view>.parquet` for each view. */
export async function joined(
  folder: string,
  service: FeatureService,
  timestamp = 'at',
): Promise<readonly Row[]> {
  const out = join(folder, 'out.parquet');
  const file = (name: string) => ({ name: `${name}.parquet`, path: join(folder, `${name}.parquet`) });
  await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service,
    labels: file('labels'),
    timestamp,
    sources: service.views.map(({ name }) => file(name)),
    out,
  });
  const table = await duckdbTable().open([out]);
  try {
    return await table.query('SELECT * FROM data');
  } finally {
    await table.close();
  }
}

/** A SELECT of these rows, typed by `columns` (name and SQL type). As one text: thousands of literals take DuckDB half a second. */
export function valuesSql(
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const casts = Object.entries(columns).map(
    ([name, type], index) => `CAST(made[${index + 1}] AS ${type}) AS "${name}"`,
  );
  const texts = rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  const json = JSON.stringify(texts).replaceAll("'", "''");
  return `SELECT ${casts.join(', ')} FROM (SELECT unnest(from_json('${json}', '[["VARCHAR"]]')) AS made)`;
}
