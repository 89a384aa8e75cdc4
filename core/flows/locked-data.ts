/** What a data lock stands for: a file in one of the places that locks name, checked by its digest. */

import { type DataLock, lockDigest, type Place, placeOf } from '../config/lock.ts';
import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { DataFiles } from '../ports/data-store.ts';

/** Files by what stands before the colon of a lock's uri; a place that is missing was not given. */
export type PlacedFiles = Readonly<Partial<Record<Place['in'], DataFiles>>>;

/** Path of a lock, and what it says. */
export interface NamedLock {
  readonly path: string;
  readonly lock: DataLock;
}

/** Path of the data on this machine, and the digest that was found. MW_DATA_MISSING, MW_DATA_MISMATCH. */
export async function lockedFile(
  { path, lock }: NamedLock,
  places: PlacedFiles,
): Promise<{ readonly file: string; readonly digest: Digest }> {
  const { path: name } = placeOf(lock.uri);
  const files = filesIn(places, { path, names: lock.uri });
  const digest = await files.digest(name);
  const promised = lockDigest(lock);
  if (digest === promised) return { file: await files.localPath(name), digest };
  throw new MergewayError(
    'MW_DATA_MISMATCH',
    `${lock.uri} has digest ${digest}, ${path} promises ${promised}`,
  );
}

/** Paths of the Parquet files in the folder where a lock's newer rows arrive; none for a lock without one. MW_DATA_MISSING. */
export async function partsOfLock(
  { path, lock }: NamedLock,
  places: PlacedFiles,
): Promise<readonly string[]> {
  if (!lock.source) return [];
  const { parts } = lock.source;
  const files = filesIn(places, { path, names: parts });
  const names = await files.list(placeOf(parts).path);
  return Promise.all(names.map((name) => files.localPath(name)));
}

function filesIn(
  places: PlacedFiles,
  { path, names }: { readonly path: string; readonly names: string },
): DataFiles {
  const files = places[placeOf(names).in];
  if (files) return files;
  const missing = { repository: 'checkout', store: 'data store', training: 'training store' };
  throw new MergewayError(
    'MW_DATA_MISSING',
    `${path} names ${names}, and no ${missing[placeOf(names).in]} was given`,
  );
}
