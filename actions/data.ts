/**
 * Data locks to files: a path in the repository, `store:<path>` in the data store or `training:<path>` in the training store, never
 * outside any of them, and checked by digest.
 */

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inside } from '#adapters/data-store/inside.ts';
import { parseDataLock, type SourceText } from '#core/config/load.ts';
import { type DataLock, lockDigest, placeOf } from '#core/config/lock.ts';
import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import type { Io } from './command.ts';
import { digestOfFile } from './files.ts';

export interface LockedData {
  /** Path of the lock file. */
  readonly path: string;
  readonly lock: DataLock;
  /** Absolute path of the data. */
  readonly file: string;
  /** Of the bytes that were read: what the lock promises. */
  readonly digest: Digest;
}

export interface DataPlaces {
  /** Root of the checkout. */
  readonly root: string;
  /** Folder that `store:` stands for; absent: such locks can't be resolved. */
  readonly dataStore?: string | undefined;
  /** Folder that `training:` stands for; absent: such locks can't be resolved. */
  readonly trainingStore?: string | undefined;
}

/** The places that a command was given, as absolute folders. */
export function placesOf(
  { dataStore, trainingStore }: Omit<DataPlaces, 'root'>,
  { cwd }: Pick<Io, 'cwd'>,
): DataPlaces {
  return {
    root: cwd,
    ...(dataStore && { dataStore: resolve(cwd, dataStore) }),
    ...(trainingStore && { trainingStore: resolve(cwd, trainingStore) }),
  };
}

/** Finds the data of a lock and compares the digest. MW_DATA_MISSING, MW_DATA_MISMATCH, and those of the lock file. */
export async function openLock(source: SourceText, places: DataPlaces): Promise<LockedData> {
  const { path } = source;
  const lock = parseDataLock(source);
  const file = await locate(path, lock, places);
  const digest = await digestOfFile(file);
  const promised = lockDigest(lock);
  if (digest === promised) return { path, lock, file, digest };
  throw new MergewayError(
    'MW_DATA_MISMATCH',
    `${lock.uri} has digest ${digest}, ${path} promises ${promised}`,
  );
}

async function locate(path: string, { uri }: DataLock, places: DataPlaces): Promise<string> {
  const { in: place, path: relative } = placeOf(uri);
  const folders = { repository: places.root, store: places.dataStore, training: places.trainingStore };
  const folder = folders[place];
  if (!folder) {
    const missing = place === 'store' ? 'data store' : 'training store';
    throw new MergewayError('MW_DATA_MISSING', `${path} names ${uri}, and no ${missing} was given`);
  }
  const what = `${path} names ${uri}`;
  const file = await inside(resolve(folder), relative, what);
  if ((await stat(file)).isFile()) return file;
  throw new MergewayError('MW_DATA_MISSING', `${what}, which is no file`);
}
