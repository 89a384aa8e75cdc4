/**
 * Data locks to files: a path in the repository, `store:<path>` in the data store or `training:<path>` in the training store, never
 * outside any of them, and checked by digest.
 */

import { resolve } from 'node:path';
import { folderDataStore } from '#adapters/data-store/folder.ts';
import { parseDataLock, type SourceText } from '#core/config/load.ts';
import type { DataLock } from '#core/config/lock.ts';
import type { Digest } from '#core/digest.ts';
import { lockedFile, type PlacedFiles } from '#core/flows/locked-data.ts';
import type { DataStore } from '#core/ports/data-store.ts';
import type { Io } from './command.ts';

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
  /** What errors call the root; by default its path. */
  readonly rootName?: string;
  /** Folder that `store:` stands for; absent: such locks can't be resolved. */
  readonly dataStore?: string | undefined;
  /** Folder that `training:` stands for; absent: such locks can't be resolved. */
  readonly trainingStore?: string | undefined;
}

export type Stores = Pick<DataPlaces, 'dataStore' | 'trainingStore'>;

/** The places that a command was given, as absolute folders. */
export function placesOf({ dataStore, trainingStore }: Stores, { cwd }: Pick<Io, 'cwd'>): DataPlaces {
  return {
    root: cwd,
    ...(dataStore && { dataStore: resolve(cwd, dataStore) }),
    ...(trainingStore && { trainingStore: resolve(cwd, trainingStore) }),
  };
}

/** The stores that a command was given. */
export function storesOf({ dataStore, trainingStore }: Stores): {
  readonly store?: DataStore;
  readonly training?: DataStore;
} {
  return {
    ...(dataStore !== undefined && { store: folderDataStore(dataStore) }),
    ...(trainingStore !== undefined && { training: folderDataStore(trainingStore) }),
  };
}

/** Finds the data of a lock and compares the digest. MW_DATA_MISSING, MW_DATA_MISMATCH, and those of the lock file. */
export async function openLock(source: SourceText, places: DataPlaces): Promise<LockedData> {
  const { path } = source;
  const lock = parseDataLock(source);
  const files: PlacedFiles = {
    repository: folderDataStore(places.root, places.rootName),
    ...storesOf(places),
  };
  return { path, lock, ...(await lockedFile({ path, lock }, files)) };
}
