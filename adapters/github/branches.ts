/** Commits of ours on branches of their own, through git's objects: no working tree, no force. */

import { MergewayError } from '#core/errors.ts';
import type { NewCommit } from '#core/ports/forge.ts';
import { Commit, Ignored, Ref, WithSha } from './answers.ts';
import type { Api } from './api.ts';
import { refusalOf } from './failure.ts';

/**
 * The commit carries no author of ours, so that GitHub signs it as the App's. Its id is then another one each time: a branch that
 * is there is known by what its commit holds.
 */
export async function commitFiles(api: Api, { base, branch, files, message }: NewCommit): Promise<string> {
  const onBase = await commitAt(api, base);
  const { sha: tree } = await api.ask(WithSha, 'POST /git/trees', {
    base_tree: onBase.tree.sha,
    tree: Object.entries(files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  });
  const wanted = { base, tree, message };
  const known = await ours(api, branch, wanted);
  if (known) return known;

  const made = await api.ask(WithSha, 'POST /git/commits', { message, tree, parents: [base] });
  try {
    await api.ask(Ref, 'POST /git/refs', { ref: `refs/heads/${branch}`, sha: made.sha });
    return made.sha;
  } catch (error) {
    const meanwhile = refusalOf(error, [422]) && (await ours(api, branch, wanted));
    if (meanwhile) return meanwhile;
    throw error;
  }
}

export async function deleteBranch(api: Api, branch: string, commit: string): Promise<void> {
  if ((await tipOf(api, branch)) !== commit) return;
  await api.askUnless([404, 422], Ignored, 'DELETE /git/refs/{ref}', { ref: `heads/${branch}` });
}

/** The branch's commit when it is what we would make; undefined when there is no such branch. MW_BRANCH_TAKEN. */
async function ours(
  api: Api,
  branch: string,
  { base, tree, message }: { readonly base: string; readonly tree: string; readonly message: string },
): Promise<string | undefined> {
  const tip = await tipOf(api, branch);
  if (tip === undefined) return undefined;
  const commit = await commitAt(api, tip);
  const isOurs =
    commit.tree.sha === tree &&
    commit.message.trim() === message.trim() &&
    commit.parents.length === 1 &&
    commit.parents[0]?.sha === base;
  if (isOurs) return tip;
  throw new MergewayError('MW_BRANCH_TAKEN', `${api.repository} has a branch ${branch} at ${tip} already`);
}

function commitAt(api: Api, sha: string) {
  return api.ask(Commit, 'GET /git/commits/{commit_sha}', { commit_sha: sha });
}

async function tipOf(api: Api, branch: string): Promise<string | undefined> {
  const ref = await api.askUnless([404], Ref, 'GET /git/ref/{ref}', { ref: `heads/${branch}` });
  return ref?.object.sha;
}
