/** Data locks to files: a path in the repository, or `store:<path>` in the data store, never outside either, and checked by digest. */

import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { parseDataLock, type SourceText } from '#core/config/load.ts';
import { type DataLock, lockDigest } from '#core/config/lock.ts';
import type { Digest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
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
  if (!file.startsWith(home.endsWith(sep) ? home : `${home}${sep}`)) {
    throw new MergewayError('MW_DATA_MISSING', `${what}, which leads outside ${folder}`);
  }
  if ((await stat(file)).isFile()) return file;
  throw new MergewayError('MW_DATA_MISSING', `${what}, which is no file`);
}
