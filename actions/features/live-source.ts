/**
 * A view's rows as they are now. A data lock stands for the rows that a model is trained on; where it says in which folder later rows
 * arrive, those files are read too. Any other path is the file itself.
 */

import { resolve } from 'node:path';
import { type DataPlaces, openLock } from '#actions/data.ts';
import { readSource } from '#actions/files.ts';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { placeOf } from '#core/config/lock.ts';
import { MergewayError } from '#core/errors.ts';

export interface LiveSource {
  /** For people. */
  readonly name: string;
  /** Files of one table. */
  readonly paths: readonly string[];
}

/** The files of a source. MW_DATA_MISSING, MW_DATA_MISMATCH, and those of the lock file. */
export async function liveSource(path: string, places: DataPlaces): Promise<LiveSource> {
  if (!path.endsWith('.lock')) return { name: path, paths: [resolve(places.root, path)] };
  const { file, lock } = await openLock(await readSource(places.root, path), places);
  const later = lock.source ? await partsIn(lock.source.parts, path, places) : [];
  return { name: path, paths: [file, ...later] };
}

async function partsIn(
  parts: string,
  lock: string,
  { root, dataStore, trainingStore }: DataPlaces,
): Promise<readonly string[]> {
  const place = placeOf(parts);
  const folder = { repository: root, store: dataStore, training: trainingStore }[place.in];
  if (!folder) {
    const option = place.in === 'store' ? '--data-store' : '--training-store';
    throw new MergewayError('MW_DATA_MISSING', `${lock} names ${parts}, and no ${option} was given`);
  }
  const store = folderDataStore(folder);
  const names = await store.list(place.path);
  return Promise.all(names.map((name) => store.localPath(name)));
}
