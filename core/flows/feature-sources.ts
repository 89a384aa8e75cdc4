/**
 * Where a model's feature definitions and sources are, and the rows that its views read: those that a data lock promises, for training and
 * evaluation; or the same with what arrived later, for what was served since.
 */

import type { FeatureService } from '../features/service.ts';
import type { SkewSource } from '../skew/request.ts';
import type { DataFile } from './join-features.ts';
import { lockedFile, type PlacedFiles, partsOfLock } from './locked-data.ts';
import type { FeatureFiles, FeatureSource, ModelFeatures } from './model-features.ts';

export type NamedSource = Pick<FeatureSource, 'path' | 'lock'>;

interface LiveSource {
  /** For people. */
  readonly name: string;
  /** Files of one table. */
  readonly paths: readonly string[];
}

export interface FeaturePlace {
  readonly files: FeatureFiles;
  /** The source's data, checked by the digest of its lock. MW_DATA_MISSING, MW_DATA_MISMATCH. */
  open(source: NamedSource): Promise<DataFile>;
  /** The same with what came later, where its lock says in which folder. */
  openLive(source: NamedSource): Promise<LiveSource>;
}

export interface PlaceOptions {
  readonly files: FeatureFiles;
  /** Path on this machine of a source that is a data file itself. */
  readonly bare: (path: string) => Promise<string>;
  /** What locks may name. */
  readonly data: PlacedFiles;
}

/** A place that has everything: a checkout or a commit. */
export function featurePlace({ files, bare, data }: PlaceOptions): FeaturePlace {
  return { files, open, openLive };

  async function open({ path, lock }: NamedSource): Promise<DataFile> {
    const file = lock ? (await lockedFile({ path, lock }, data)).file : await bare(path);
    return { name: path, path: file };
  }

  async function openLive(source: NamedSource): Promise<LiveSource> {
    const { path, lock } = source;
    const first = await open(source);
    const later = lock ? await partsOfLock({ path, lock }, data) : [];
    return { name: path, paths: [first.path, ...later] };
  }
}

/** Each source from `newest` where it is there, else from `own`. */
export function newestOf(newest: FeaturePlace, own: FeaturePlace): FeaturePlace {
  const placeOfSource = async (path: string) =>
    (await newest.files.identity(path)) === undefined ? own : newest;
  return {
    files: {
      name: newest.files.name,
      text: async (path) => (await placeOfSource(path)).files.text(path),
      identity: async (path) => (await placeOfSource(path)).files.identity(path),
    },
    open: async (source) => (await placeOfSource(source.path)).open(source),
    openLive: async (source) => (await placeOfSource(source.path)).openLive(source),
  };
}

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

function notNamed({ path }: Pick<FeatureSource, 'path'>): never {
  throw new Error(`the source ${path} is none of the model's`);
}
