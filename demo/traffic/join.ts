/** The generator's rows: flights of late May with every input of the model, joined as training joins them. */

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { serviceOf } from '#core/features/service.ts';
import { joinFeatures } from '#core/flows/join-features.ts';

const PART = '2013-05b.parquet';

/** Writes the table into `folder`'s parent and returns its path. */
export async function joinTraffic(
  folder: string,
  quickstart: string,
  { file, name }: { readonly file: string; readonly name: string },
): Promise<string> {
  const text = await readFile(join(folder, file), 'utf8');
  const service = serviceOf(parseFeatureDefinitions({ path: file, text }), name);
  const replayed = (set: string) => ({ name: set, path: join(quickstart, 'replay', set, PART) });
  const out = join(folder, '../traffic.parquet');
  await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service,
    labels: replayed('flights'),
    timestamp: 'departs_at',
    sources: service.views.map(({ source }) => replayed(basename(source.path, '.lock'))),
    out,
  });
  return out;
}
