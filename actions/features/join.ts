/** Labels of a model with its features, as a Parquet file: what training and evaluation read in place of the bare labels. */

import type { Io } from '#actions/command.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { FeatureService } from '#core/features/service.ts';
import { type DataFile, joinFeatures } from '#core/flows/join-features.ts';
import type { FeatureSource, ModelFeatures } from '#core/flows/model-features.ts';
import { counted } from '#core/plural.ts';
import type { SkewSource } from '#core/skew/request.ts';
import type { FeaturePlace, NamedSource } from './place.ts';

/** The data of each view of the service, in its order; each source is opened once. */
export async function viewFiles(
  { service, sources }: Pick<ModelFeatures, 'service' | 'sources'>,
  place: FeaturePlace,
): Promise<readonly DataFile[]> {
  const opened = new Map<string, DataFile>();
  for (const source of sources) opened.set(source.path, await place.open(source));
  return service.views.map(({ source }) => opened.get(source.path) ?? notNamed(source));
}

/** The data of each view as it is known now, for a comparison with what was served; each source is opened once. */
export async function liveViews(
  { views }: FeatureService,
  sources: readonly NamedSource[],
  place: FeaturePlace,
): Promise<readonly SkewSource[]> {
  const opened = new Map<string, SkewSource>();
  for (const source of sources) {
    const { lock } = source;
    const covers = lock?.source
      ? { isLive: true as const }
      : { ...(lock?.interval && { interval: lock.interval }) };
    opened.set(source.path, { ...(await place.openLive(source)), ...covers });
  }
  return views.map(({ source }) => opened.get(source.path) ?? notNamed(source));
}

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

function notNamed({ path }: Pick<FeatureSource, 'path'>): never {
  throw new Error(`the source ${path} is none of the model's`);
}
