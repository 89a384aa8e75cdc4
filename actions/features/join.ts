/** Labels of a model with its features, as a Parquet file: what training and evaluation read in place of the bare labels. */

import type { Io } from '#actions/command.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { type DataFile, joinFeatures } from '#core/flows/join-features.ts';
import type { ModelFeatures } from '#core/flows/model-features.ts';
import { counted } from '#core/plural.ts';

/** Joins point in time, fills nulls, and says how many rows in how long. */
export async function joinLabels(
  features: ModelFeatures,
  files: { readonly labels: DataFile; readonly sources: readonly DataFile[]; readonly out: string },
  { clock, progress }: Pick<Io, 'clock' | 'progress'>,
): Promise<DataFile> {
  const { service, defaults, time } = features;
  const { labels, sources, out } = files;
  const startedAt = clock.now();
  progress.say(
    `joining ${counted(service.outputs.length, 'feature')} of ${service.name} to ${labels.name} by ${time}`,
  );
  // Files are read in place: the join reads each once.
  const { rows } = await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service,
    labels,
    timestamp: time,
    sources,
    defaults,
    out,
  });
  const seconds = (clock.now() - startedAt) / 1000;
  progress.say(`joined ${counted(rows, 'row')} of ${labels.name} in ${seconds.toFixed(1)} s`);
  return { name: labels.name, path: out };
}
