/** Pull requests as the core knows them. */

import type { PullRequest } from '#core/ports/forge.ts';
import { Pull } from './answers.ts';
import type { Api } from './api.ts';

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
