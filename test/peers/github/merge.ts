// Merging in a bare repository, without a working tree where git can do without one (`merge-tree --write-tree`, git 2.38 or newer).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, gitFact, type Identity } from './git.ts';
import { log } from './git-history.ts';

export interface MergeRequest {
  readonly base: string;
  readonly head: string;
  readonly message: string;
  readonly author: Identity;
}

/** A two-parent merge commit, or undefined when base and head conflict. */
export async function mergeCommit(path: string, request: MergeRequest): Promise<string | undefined> {
  const { base, head, message, author } = request;
  const tree = await mergedTree(path, base, head);
  return tree && commitTree(path, { tree, parents: [base, head], message, author });
}

/** All of head's changes as one commit on base, or undefined when they conflict. */
export async function squashCommit(path: string, request: MergeRequest): Promise<string | undefined> {
  const { base, head, message, author } = request;
  const tree = await mergedTree(path, base, head);
  return tree && commitTree(path, { tree, parents: [base], message, author });
}

/** Head's commits replayed on base, or undefined when one of them conflicts. */
export async function rebasedHead(path: string, request: MergeRequest): Promise<string | undefined> {
  const { base, head, author } = request;
  const commits = await log(path, ['--reverse', '--no-merges', `${base}..${head}`]);
  const folder = await mkdtemp(join(tmpdir(), 'rebase-'));
  const tree = join(folder, 'tree');
  try {
    await git(path, ['worktree', 'add', '--quiet', '--detach', tree, base]);
    if (commits.length > 0) await git(tree, ['cherry-pick', ...commits.map(({ sha }) => sha)], author);
    return (await git(tree, ['rev-parse', 'HEAD'])).trim();
  } catch {
    return undefined;
  } finally {
    await git(path, ['worktree', 'remove', '--force', tree]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The tree of a merge without conflicts, or undefined. */
export async function mergedTree(path: string, base: string, head: string): Promise<string | undefined> {
  try {
    const out = await gitFact(path, ['merge-tree', '--write-tree', base, head]);
    return out.split('\n')[0];
  } catch {
    return undefined;
  }
}

/** A commit of a tree that is there. */
export async function commitTree(
  path: string,
  commit: { tree: string; parents: readonly string[]; message: string; author: Identity },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const args = ['commit-tree', commit.tree, ...parents, '-m', commit.message];
  return (await git(path, args, commit.author)).trim();
}
