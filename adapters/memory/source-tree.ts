/** A repository's files in memory, for tests. Blob ids are git's own, so that input digests equal those of a clone. */

import { createHash } from 'node:crypto';
import { MergewayError } from '#core/errors.ts';
import type { SourceTree, TreeEntry } from '#core/ports/source-tree.ts';

type MemoryFiles = Readonly<Record<string, string | Uint8Array>>;

export interface MemorySourceTree extends SourceTree {
  /** Records a commit with exactly these files and moves the branch to it; returns the commit's id. */
  commit(files: MemoryFiles, options?: { readonly branch?: string; readonly links?: MemoryLinks }): string;
  /** Records a commit with the base's files and these in their place, and moves the branch to it. */
  change(base: string, files: MemoryFiles, options?: { readonly branch?: string }): string;
  /** Takes the branch away; its commits stay. */
  drop(branch: string): void;
}

/** Symbolic links: path to what it points at. */
type MemoryLinks = Readonly<Record<string, string>>;

interface StoredFile {
  readonly entry: TreeEntry;
  readonly bytes: Uint8Array;
}

/** An empty repository whose HEAD is `main`. */
export function memorySourceTree(): MemorySourceTree {
  const commits = new Map<string, readonly StoredFile[]>();
  const branches = new Map<string, string>();

  return {
    commit(files, { branch = 'main', links = {} } = {}) {
      return record(branch, [
        ...Object.entries(files).map(([path, content]) => file(path, content, '100644')),
        ...Object.entries(links).map(([path, target]) => file(path, target, '120000')),
      ]);
    },
    change(base, files, { branch = 'main' } = {}) {
      const kept = filesOf(base).filter(({ entry }) => !Object.hasOwn(files, entry.path));
      return record(branch, [
        ...kept,
        ...Object.entries(files).map(([path, content]) => file(path, content, '100644')),
      ]);
    },
    drop(branch) {
      branches.delete(branch);
    },
    async resolve(ref) {
      if (commits.has(ref)) return ref;
      return branches.get(ref === 'HEAD' ? 'main' : ref.replace(/^refs\/heads\//, ''));
    },
    async list(commit) {
      return filesOf(commit).map(({ entry }) => entry);
    },
    async read(commit, path) {
      return filesOf(commit)
        .find(({ entry }) => entry.path === path)
        ?.bytes.slice();
    },
  };

  function record(branch: string, files: readonly StoredFile[]): string {
    const stored = files.toSorted((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
    const listing = JSON.stringify([commits.size, stored.map(({ entry }) => entry)]);
    const commit = createHash('sha1').update(listing).digest('hex');
    commits.set(commit, stored);
    branches.set(branch, commit);
    return commit;
  }

  function filesOf(commit: string): readonly StoredFile[] {
    const files = commits.get(commit);
    if (files) return files;
    throw new MergewayError('MW_COMMIT_NOT_FOUND', `${commit} is not in the repository in memory`);
  }
}

function file(path: string, content: string | Uint8Array, mode: string): StoredFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
  const blob = createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
  return { entry: { path, blob, mode }, bytes };
}
