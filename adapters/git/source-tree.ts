/** Files of a commit, read from a clone's objects: what is checked out does not matter. */

import { MergewayError } from '#core/errors.ts';
import type { SourceTree, TreeEntry } from '#core/ports/source-tree.ts';
import { gitFailed, gitIn, whatGitSaid } from './client.ts';
import { isRef } from './names.ts';
import { treeOf } from './tree.ts';

/** Listings that are kept; commits never change. */
const KEPT_LISTINGS = 8;

/** The clone in `folder`. A file above `maxBytes` is refused with MW_ARTIFACT_TOO_LARGE. */
export function gitSourceTree(folder: string, { maxBytes = 64 * 1024 ** 2 } = {}): SourceTree {
  const listings = new Map<string, readonly TreeEntry[]>();

  return { resolve, list, read };

  async function resolve(ref: string): Promise<string | undefined> {
    if (!isRef(ref)) return undefined;
    const git = await gitIn(folder);
    try {
      const commit = await git.raw('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
      return commit.trim() || undefined;
    } catch (cause) {
      if (/expected commit type|is ambiguous/.test(whatGitSaid(cause))) return undefined;
      throw gitFailed(cause, `resolving ${ref} in ${folder}`);
    }
  }

  async function list(commit: string): Promise<readonly TreeEntry[]> {
    const known = listings.get(commit);
    if (known) return known;
    try {
      const entries = await treeOf(await gitIn(folder), commit);
      keep(commit, entries);
      return entries;
    } catch (cause) {
      throw gitFailed(cause, `listing ${commit} in ${folder}`);
    }
  }

  async function read(commit: string, path: string): Promise<Uint8Array | undefined> {
    const entry = (await list(commit)).find((listed) => listed.path === path);
    if (!entry) return undefined;
    const git = await gitIn(folder);
    try {
      const size = Number(await git.raw('cat-file', '-s', entry.blob));
      if (size > maxBytes) {
        throw new MergewayError('MW_ARTIFACT_TOO_LARGE', `${path}: ${size} bytes; the limit is ${maxBytes}`);
      }
      const bytes: Buffer = await git.binaryCatFile(['blob', entry.blob]);
      return new Uint8Array(bytes);
    } catch (cause) {
      throw gitFailed(cause, `reading ${path} of ${commit} in ${folder}`);
    }
  }

  function keep(commit: string, entries: readonly TreeEntry[]): void {
    listings.set(commit, entries);
    const [oldest] = listings.keys();
    if (listings.size > KEPT_LISTINGS && oldest !== undefined) listings.delete(oldest);
  }
}
