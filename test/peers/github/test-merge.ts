// `refs/pull/{n}/head` and `refs/pull/{n}/merge`: what a pull request is, and what it would be when merged now.
import { git } from './git.ts';
import { mergeCommit } from './merge.ts';
import type { Issue, Pull, Repository } from './model.ts';

/** Rebuilds both refs after head or base moved. A conflict leaves no merge ref. */
export async function refreshTestMerge(repository: Repository, issue: Issue, pull: Pull): Promise<void> {
  const at = `refs/pull/${issue.number}`;
  await git(repository.path, ['update-ref', `${at}/head`, pull.headSha]);

  const message = `Merge ${pull.headSha} into ${pull.baseSha}`;
  const author = { name: 'GitHub', email: 'noreply@github.com' };
  const sha = await mergeCommit(repository.path, { base: pull.baseSha, head: pull.headSha, message, author });
  pull.mergeSha = sha ?? null;
  await git(repository.path, sha ? ['update-ref', `${at}/merge`, sha] : ['update-ref', '-d', `${at}/merge`]);
}
