/** Commands that read commits say first that there are none. */

import { gitIn } from '#adapters/git/client.ts';
import { MergewayError } from '#core/errors.ts';
import type { Io } from './command.ts';

/** MW_REPOSITORY_MISSING where `cwd` lies in no git repository, or in one without a commit. */
export async function requireRepository({ cwd }: Io): Promise<void> {
  const git = await gitIn(cwd);
  const inside = await git.raw('rev-parse', '--git-dir').catch(() => undefined);
  if (inside === undefined) throw new MergewayError('MW_REPOSITORY_MISSING', `${cwd} is no git repository`);
  const head = await git.raw('rev-parse', '--verify', 'HEAD^{commit}').catch(() => undefined);
  if (head === undefined) throw new MergewayError('MW_REPOSITORY_MISSING', `${cwd} has no commit yet`);
}
