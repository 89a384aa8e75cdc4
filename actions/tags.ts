/** The annotated tags of the repository that a command runs in: model versions, stages and the ledger. */

import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { gitHead } from '#adapters/git/head.ts';
import { MergewayError } from '#core/errors.ts';
import type { AnnotatedTags } from '#core/ports/annotated-tags.ts';
import type { Io } from './command.ts';

/** Who makes tags in workflows. */
const TAGGER = { name: 'mergeway', email: 'mergeway@users.noreply.github.com' };

/** The tags of the clone in `cwd`; undefined where there is no repository. `remote`: they are shared through it. */
export async function repositoryTags({ cwd }: Io, remote?: string): Promise<AnnotatedTags | undefined> {
  const head = await gitHead(cwd).catch((cause) => {
    if (cause instanceof MergewayError && cause.code === 'MW_GIT_FAILED') return undefined;
    throw cause;
  });
  if (!head) return undefined;
  return gitAnnotatedTags(cwd, { tagger: TAGGER, ...(remote && { remote }) });
}
