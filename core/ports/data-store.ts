/** Files of data in a store: parts that others bring, and snapshots that are written once, whole, and never changed. A folder. */

import type { Digest } from '../digest.ts';

/** A file that nobody sees until it is kept. */
export interface Draft {
  /** Where to write it on this machine; a Parquet file. */
  readonly path: string;
  /** Of what was written. */
  digest(): Promise<Digest>;
  /** Gives it its name; the same bytes under that name already are the same file. MW_DATA_MISMATCH for other bytes. */
  keep(name: string): Promise<void>;
  /** Throws it away; nothing happens once it is kept. */
  discard(): Promise<void>;
}

/** Files to read: a store's, those of a checkout, or of a commit. */
export interface DataFiles {
  /** Parquet files in a folder and those below, by their path from the root, sorted. MW_DATA_MISSING. */
  list(folder: string): Promise<readonly string[]>;
  /** Path of a file on this machine, for DuckDB to read. MW_DATA_MISSING. */
  localPath(name: string): Promise<string>;
  /** Of a file's bytes. MW_DATA_MISSING for what is none. */
  digest(name: string): Promise<Digest>;
}

export interface DataStore extends DataFiles {
  draft(): Promise<Draft>;
  /** Writes a small text whole, over the one that was there. */
  write(name: string, text: string): Promise<void>;
}
