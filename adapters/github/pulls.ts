/** Pull requests as the core knows them. */

import type { MergeAnswer, MergeOrder, NewPullRequest, PullRequest } from '#core/ports/forge.ts';
import { Ignored, Merged, Pull } from './answers.ts';
import type { Api, RepositoryName } from './api.ts';
import { refusalOf } from './failure.ts';
import { COMMENT_LIMIT, shorten } from './limits.ts';

export async function pullRequest(api: Api, number: number): Promise<PullRequest> {
  return toPullRequest(await api.ask(Pull, 'GET /pulls/{pull_number}', { pull_number: number }));
}

/** Open pull requests with this head. GitHub does not know the commits of forks by this road, hence the second one. */
export async function pullRequestsOf(api: Api, headSha: string): Promise<readonly PullRequest[]> {
  const withCommit = await api.askUnless([404, 422], Pull.array(), 'GET /commits/{commit_sha}/pulls', {
    commit_sha: headSha,
    per_page: 100,
  });
  const found = (withCommit ?? []).filter((pull) => isOpenAt(pull, headSha));
  if (found.length > 0) return found.map(toPullRequest);

  const open = await api.all(Pull, 'GET /pulls', { state: 'open', per_page: 100 });
  return open.filter((pull) => isOpenAt(pull, headSha)).map(toPullRequest);
}

/** Ours comes first; one that somebody opened from our branch stands in its way and is taken as it is. A fork's branch is none of ours. */
export async function openPullRequest(
  api: Api,
  { owner, login, base }: Pick<RepositoryName, 'owner'> & { readonly login: string; readonly base: string },
  { branch, title, body }: NewPullRequest,
): Promise<number> {
  const named = await api.all(Pull, 'GET /pulls', {
    head: `${owner}:${branch}`,
    base,
    state: 'all',
    per_page: 100,
  });
  const known = named.filter(({ head: { repo } }) => isSame(repo?.full_name, api.repository));
  const ours = known.find(({ user }) => user?.login === login) ?? known.find(({ state }) => state === 'open');
  if (ours) return ours.number;
  const { number } = await api.ask(Pull, 'POST /pulls', {
    title,
    body: shorten(body, COMMENT_LIMIT),
    head: branch,
    base,
  });
  return number;
}

export async function mergePullRequest(
  api: Api,
  { number, head, title, message }: MergeOrder,
): Promise<MergeAnswer> {
  const { merged, mergeCommit } = await pullRequest(api, number);
  if (merged && mergeCommit) return { merged, commit: mergeCommit };
  try {
    const { sha: commit } = await api.ask(Merged, 'PUT /pulls/{pull_number}/merge', {
      pull_number: number,
      sha: head,
      merge_method: 'squash',
      commit_title: title,
      commit_message: message,
    });
    return { merged: true, commit };
  } catch (error) {
    const reason = refusalOf(error, [403, 405, 409, 422]);
    if (reason === undefined) throw error;
    return { merged: false, reason };
  }
}

export async function closePullRequest(api: Api, number: number): Promise<void> {
  await api.ask(Ignored, 'PATCH /pulls/{pull_number}', { pull_number: number, state: 'closed' });
}

/** Names are compared as GitHub does, whatever their case. */
function isSame(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function isOpenAt({ state, head }: Pull, headSha: string): boolean {
  return state === 'open' && head.sha === headSha;
}

/** A deleted account is shown as `ghost`, as GitHub does; a deleted fork has no name. */
function toPullRequest(pull: Pull): PullRequest {
  const merged = pull.merged_at !== null;
  return {
    number: pull.number,
    title: pull.title,
    state: pull.state,
    merged,
    author: pull.user?.login ?? 'ghost',
    head: { sha: pull.head.sha, ref: pull.head.ref, repository: pull.head.repo?.full_name ?? '' },
    base: { sha: pull.base.sha, ref: pull.base.ref },
    ...(merged && pull.merge_commit_sha && { mergeCommit: pull.merge_commit_sha }),
  };
}
