/** Where a clone stands, and who its user is. */

import { gitFailed, gitIn } from './client.ts';

export interface GitHead {
  /** Commit that is checked out. */
  readonly commit: string;
  /** Branch that is checked out; undefined when HEAD is detached, as in a workflow. */
  readonly branch?: string;
}

export interface GitIdentity {
  readonly name: string;
  readonly email: string;
}

/** What is checked out in `folder`. MW_GIT_FAILED when it is no repository, or has no commit. */
export async function gitHead(folder: string): Promise<GitHead> {
  const git = await gitIn(folder);
  try {
    const commit = (await git.raw('rev-parse', '--verify', 'HEAD^{commit}')).trim();
    const branch = (await git.raw('branch', '--show-current')).trim();
    return { commit, ...(branch && { branch }) };
  } catch (cause) {
    throw gitFailed(cause, `reading HEAD of ${folder}`);
  }
}

/** Whether the commit names one before it. What a shallow clone has cut off is still named. MW_GIT_FAILED. */
export async function hasParent(folder: string, commit: string): Promise<boolean> {
  const git = await gitIn(folder);
  try {
    const [header = ''] = (await git.raw('cat-file', 'commit', commit)).split('\n\n');
    return header.split('\n').some((line) => line.startsWith('parent '));
  } catch (cause) {
    throw gitFailed(cause, `reading ${commit} in ${folder}`);
  }
}

/** The name and e-mail that git would commit with; undefined when git knows none. */
export async function gitIdentity(folder: string): Promise<GitIdentity | undefined> {
  const git = await gitIn(folder);
  const [name, email] = await Promise.all(
    ['user.name', 'user.email'].map((key) => git.raw('config', '--get', key).catch(() => '')),
  );
  return name?.trim() && email?.trim() ? { name: name.trim(), email: email.trim() } : undefined;
}
