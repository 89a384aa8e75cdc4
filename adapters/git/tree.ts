/** Trees as `git ls-tree -z` prints them. */

import type { SimpleGit } from 'simple-git';
import { MergewayError } from '#core/errors.ts';
import type { TreeEntry } from '#core/ports/source-tree.ts';
import { whatGitSaid } from './client.ts';
import { checkCommit } from './names.ts';

/** Mode of a symbolic link; its blob holds the path it points at. */
export const SYMLINK_MODE = '120000';

/** Every blob of the commit, sorted by path; submodules are left out. MW_COMMIT_NOT_FOUND. */
export async function treeOf(git: SimpleGit, commit: string): Promise<readonly TreeEntry[]> {
  const listing = await git.raw('ls-tree', '-r', '-z', '--full-tree', checkCommit(commit)).catch((cause) => {
    const said = whatGitSaid(cause);
    if (!/not a tree object|Not a valid object name|bad object/i.test(said)) throw cause;
    throw new MergewayError('MW_COMMIT_NOT_FOUND', `${commit} is not in this clone`, { cause });
  });
  return listing
    .split('\0')
    .flatMap(parseEntry)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `<mode> SP <type> SP <object> TAB <path>` */
function parseEntry(line: string): readonly TreeEntry[] {
  const tab = line.indexOf('\t');
  const [mode, type, blob] = line.slice(0, tab).split(' ');
  if (tab < 0 || type !== 'blob' || !mode || !blob) return [];
  return [{ path: line.slice(tab + 1), blob, mode }];
}
