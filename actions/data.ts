/** Data locks to files: a path in the repository, or `store:<path>` in the data store, never outside either, and checked by digest. */

import { realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { parseDataLock } from '#core/config/load.ts';
import { type DataLock, lockDigest } from '#core/config/lock.ts';
import { MergewayError } from '#core/errors.ts';
import { digestOfFile, readSource } from './files.ts';

export interface LockedData {
  /** Path of the lock file. */
  readonly path: string;
  readonly lock: DataLock;
  /** Absolute path of the data. */
  readonly file: string;
}

export interface DataPlaces {
  /** Root of the checkout. */
  readonly root: string;
  /** Folder that `store:` stands for; absent: such locks can't be resolved. */
  readonly dataStore?: string | undefined;
}

/** Reads a lock, finds its data and compares the digest. MW_DATA_MISSING, MW_DATA_MISMATCH, and those of the lock file. */
export async function openLock(path: string, places: DataPlaces): Promise<LockedData> {
  const lock = parseDataLock(await readSource(places.root, path));
  const file = await locate(path, lock, places);
  const actual = await digestOfFile(file);
  const promised = lockDigest(lock);
  if (actual !== promised) {
    throw new MergewayError(
      'MW_DATA_MISMATCH',
      `${lock.uri} has digest ${actual}, ${path} promises ${promised}`,
    );
  }
  return { path, lock, file };
}

async function locate(path: string, { uri }: DataLock, { root, dataStore }: DataPlaces): Promise<string> {
  const inStore = uri.startsWith('store:');
  if (inStore && !dataStore) {
    throw new MergewayError('MW_DATA_MISSING', `${path} names ${uri}, and no data store was given`);
  }
  const folder = resolve(inStore ? (dataStore ?? '') : root);
  return inside(folder, uri.replace(/^store:/, ''), `${path} names ${uri}`);
}

/** The file's real path, which must lie in the folder's: a link that leads outside is refused. */
async function inside(folder: string, relative: string, what: string): Promise<string> {
  const file = await realpath(join(folder, relative)).catch((cause) => {
    throw new MergewayError('MW_DATA_MISSING', `${what}, which is not in ${folder}`, { cause });
  });
  const home = await realpath(folder);
  if (file.startsWith(`${home}${sep}`)) return file;
  throw new MergewayError('MW_DATA_MISSING', `${what}, which leads outside ${folder}`);
}
