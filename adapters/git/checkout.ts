/**
 * A commit's files in a folder of their own, for training. A repository is made there that borrows the clone's objects:
 * shallow clones work, and what the pull request's code does to it stays there. No hooks, no submodules, no filters,
 * and no symbolic link that leaves the folder.
 */

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import type { SimpleGit } from 'simple-git';
import { MergewayError } from '#core/errors.ts';
import { gitFailed, gitIn } from './client.ts';
import { SYMLINK_MODE, treeOf } from './tree.ts';

/** Checks `commit` of the clone in `folder` out into `target`, which is empty or does not exist. MW_CHECKOUT_REFUSED, MW_COMMIT_NOT_FOUND. */
export async function gitCheckout(folder: string, commit: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  if ((await readdir(target)).length > 0) {
    throw new MergewayError('MW_CHECKOUT_REFUSED', `${target} is not empty`);
  }
  const source = await gitIn(folder);
  try {
    await refuseLinksOutside(source, commit);
    const git = await gitIn(target, { bare: true });
    await git.raw('init', '--quiet', '--template=');
    await borrowObjects(source, folder, target);
    await git.raw('checkout', '--quiet', '--detach', commit, '--');
  } catch (cause) {
    throw gitFailed(cause, `checking ${commit} of ${folder} out into ${target}`);
  }
}

async function borrowObjects(source: SimpleGit, folder: string, target: string): Promise<void> {
  const pathOf = async (name: string) =>
    resolve(folder, (await source.raw('rev-parse', '--git-path', name)).trimEnd());
  const alternates = join(target, '.git', 'objects', 'info');
  await mkdir(alternates, { recursive: true });
  await writeFile(join(alternates, 'alternates'), `${await pathOf('objects')}\n`);
  await copyFile(await pathOf('shallow'), join(target, '.git', 'shallow')).catch(ignoreMissing);
}

async function refuseLinksOutside(git: SimpleGit, commit: string): Promise<void> {
  for (const { path, blob, mode } of await treeOf(git, commit)) {
    if (mode !== SYMLINK_MODE) continue;
    const link: Buffer = await git.binaryCatFile(['blob', blob]);
    if (!leavesTree(path, link.toString())) continue;
    throw new MergewayError(
      'MW_CHECKOUT_REFUSED',
      `${path} is a symbolic link out of the repository, to ${link.toString().slice(0, 200)}`,
    );
  }
}

/** Whether a link at `path` points out of the tree, or into git's own folder. */
function leavesTree(path: string, link: string): boolean {
  if (posix.isAbsolute(link)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), link));
  return end === '..' || end.startsWith('../') || /^\.git(\/|$)/i.test(end);
}

function ignoreMissing(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
}
