/** The point-in-time join as a command: finds definitions and sources, lets the flow join. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { placesOf } from '#actions/data.ts';
import { readSource } from '#actions/files.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { MergewayError } from '#core/errors.ts';
import { serviceOf } from '#core/features/service.ts';
import { type DataFile, joinFeatures } from '#core/flows/join-features.ts';
import { counted } from '#core/plural.ts';
import type { JoinOptions } from './command.ts';
import { folderPlace, namedSource } from './place.ts';

/** Runs `mergeway features join`. */
export async function run(options: JoinOptions, io: Io): Promise<Outcome> {
  const { entities, definitions, service: name, timestamp, out } = options;
  if (!out.toLowerCase().endsWith('.parquet')) {
    throw new MergewayError('MW_USAGE', `--out takes a .parquet file, got ${JSON.stringify(out)}`);
  }
  const service = serviceOf(parseFeatureDefinitions(await readSource(io.cwd, definitions)), name);
  const place = folderPlace(placesOf(options, io));
  const sources: DataFile[] = [];
  for (const { source } of service.views) {
    sources.push(await place.open(await namedSource(io.cwd, source.path)));
  }

  io.progress.say(`joining ${service.views.map((view) => view.name).join(', ')} to ${entities}`);
  // Files are read in place: the join reads each once.
  const { rows } = await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service,
    labels: { name: entities, path: resolve(io.cwd, entities) },
    timestamp,
    sources,
    out: resolve(io.cwd, out),
  });
  const columns = service.outputs.map(({ column }) => column);
  return {
    exit: 0,
    json: { rows, service: name, digest: service.digest, columns, out },
    text: `${counted(rows, 'row')} with ${counted(columns.length, 'feature')} of ${name} in ${out}`,
  };
}
