/**
 * A view's rows as they are now. A data lock stands for the rows that a model is trained on; where it says in which folder later rows
 * arrive, those files are read too. Any other path is the file itself.
 */

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DataPlaces, openLock } from '#actions/data.ts';
import { readSource } from '#actions/files.ts';
import { MergewayError } from '#core/errors.ts';

export interface LiveSource {
  /** For people. */
  readonly name: string;
  /** Files of one table. */
  readonly paths: readonly string[];
}

export interface LivePlaces extends DataPlaces {
  /** Folder that `training:` stands for; absent: such folders can't be read. */
  readonly trainingStore?: string | undefined;
}

/** The files of a source. MW_DATA_MISSING, MW_DATA_MISMATCH, and those of the lock file. */
export async function liveSource(path: string, places: LivePlaces): Promise<LiveSource> {
  if (!path.endsWith('.lock')) return { name: path, paths: [resolve(places.root, path)] };
  const { file, lock } = await openLock(await readSource(places.root, path), places);
  const later = lock.source ? await partsIn(lock.source.parts, path, places) : [];
  return { name: path, paths: [file, ...later] };
}

async function partsIn(parts: string, lock: string, places: LivePlaces): Promise<readonly string[]> {
  const folder = folderOf(parts, lock, places);
  const names = await readdir(folder).catch((cause) => {
    throw new MergewayError('MW_DATA_MISSING', `${lock} names ${parts}, which is no folder at ${folder}`, {
      cause,
    });
  });
  return names
    .filter((name) => name.toLowerCase().endsWith('.parquet') && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name));
}

function folderOf(parts: string, lock: string, { root, dataStore, trainingStore }: LivePlaces): string {
  const [, place, path = parts] = /^(store|training):(.*)$/.exec(parts) ?? [];
  if (place === undefined) return resolve(root, path);
  const store = place === 'store' ? dataStore : trainingStore;
  if (store) return resolve(root, store, path);
  const option = place === 'store' ? '--data-store' : '--training-store';
  throw new MergewayError('MW_DATA_MISSING', `${lock} names ${parts}, and no ${option} was given`);
}
