/** A repository's files as git holds them at a commit: read from a clone, or through GitHub's API. */

export interface TreeEntry {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  /** Git object id of the blob. */
  readonly blob: string;
  /** Git file mode, such as `100644`; `120000` is a symbolic link. */
  readonly mode: string;
}

export interface SourceTree {
  /** The commit id (40 hex digits) that `ref` names, or undefined. */
  resolve(ref: string): Promise<string | undefined>;
  /** Every blob of the commit, sorted by path. */
  list(commit: string): Promise<readonly TreeEntry[]>;
  /** A file's bytes at the commit, or undefined when it is not there. */
  read(commit: string, path: string): Promise<Uint8Array | undefined>;
}
