/** Files that are written once, whole, and never changed: parts of the prediction log. A folder, or an S3-compatible store. */

export interface Part {
  /** Path below the store's root, with `/`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

export interface PartStore {
  /** Writes a part, which is there whole or not at all; the same name again is the same part. MW_PART_STORE. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Parts whose names begin with `prefix`, sorted by name. */
  list(prefix: string): Promise<readonly Part[]>;
  /** Path of the part on this machine, for DuckDB to read; a remote one is downloaded once. MW_PART_STORE. */
  localPath(name: string): Promise<string>;
}
