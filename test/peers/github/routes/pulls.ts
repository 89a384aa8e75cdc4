// Pull requests: list, open, change, look at, merge.
import { requireRole } from '../access.ts';
import { log } from '../git-history.ts';
import { pullHappened } from '../happenings.ts';
import { created, found, noContent, notFound, ok, paged } from '../http.ts';
import type { Issue, Pull, Repository } from '../model.ts';
import { close, type MergeInput, mergePull, openPull, type PullInput, refuseLong, reopen } from '../pulls.ts';
import { repositoryRoute } from '../router.ts';
import { viewCommit } from '../views/commits.ts';
import { changedFiles, viewFile, viewFullPull, viewPull } from '../views/pulls.ts';

interface Numbered {
  readonly pull_number: number;
}

interface ListInput {
  readonly state?: 'open' | 'closed' | 'all';
  readonly head?: string;
  readonly base?: string;
  readonly sort?: string;
  readonly direction?: 'asc' | 'desc';
}

interface ChangeInput extends Numbered {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly base?: string;
}

export type IssueWithPull = Issue & { readonly pull: Pull };

/** The pull request of that number; issues are not found here. */
export function pullOf(repository: Repository, number: number): IssueWithPull {
  const issue = found(repository.issues.get(number));
  if (!hasPull(issue)) throw notFound();
  return issue;
}

function hasPull(issue: Issue): issue is IssueWithPull {
  return issue.pull !== undefined;
}

export const pullRoutes = [
  repositoryRoute<ListInput>('GET /pulls', 'pull_requests:read', ({ hub, repository, input, page }) => {
    const all = [...repository.issues.values()]
      .filter(hasPull)
      .filter((issue) => matches(repository, issue, input));
    const ordered = input.direction === 'asc' ? all : all.reverse();
    return paged(page, ordered, (pulls) =>
      pulls.map((issue) => viewPull(hub, repository, issue, issue.pull)),
    );
  }),

  repositoryRoute<PullInput>('POST /pulls', 'pull_requests:write', async (call) => {
    requireRole('read', call.repository, call.actor);
    const issue = await openPull(call, call.input);
    return created(await whole(call, issue.number));
  }),

  repositoryRoute<Numbered>('GET /pulls/{pull_number}', 'pull_requests:read', async (call) =>
    ok(await whole(call, call.input.pull_number)),
  ),

  repositoryRoute<ChangeInput>('PATCH /pulls/{pull_number}', 'pull_requests:write', async (call) => {
    const issue = pullOf(call.repository, call.input.pull_number);
    if (call.user.login !== issue.author.login) requireRole('write', call.repository, call.actor);
    const { title, body, state } = call.input;
    refuseLong(body, 'PullRequest');
    if (title !== undefined) issue.title = title;
    if (body !== undefined) issue.body = body;
    issue.updatedAt = call.hub.now();
    if (title !== undefined || body !== undefined) await pullHappened(call, 'edited', issue, { changes: {} });
    if (state === 'closed' && issue.state === 'open') await close(call, issue);
    if (state === 'open' && issue.state === 'closed') await reopen(call, issue);
    return ok(await whole(call, issue.number));
  }),

  repositoryRoute<Numbered>('GET /pulls/{pull_number}/commits', 'pull_requests:read', async (call) => {
    const { hub, repository, input, page } = call;
    const { baseSha, headSha } = pullOf(repository, input.pull_number).pull;
    const commits = await log(repository.path, ['--reverse', `${baseSha}..${headSha}`]);
    return paged(page, commits, (list) => list.map((commit) => viewCommit(hub, repository, commit)));
  }),

  repositoryRoute<Numbered>('GET /pulls/{pull_number}/files', 'pull_requests:read', async (call) => {
    const { hub, repository, input, page } = call;
    const { pull } = pullOf(repository, input.pull_number);
    const files = await changedFiles(repository, pull);
    return paged(page, files, (list) => list.map((file) => viewFile(hub, repository, pull.headSha, file)));
  }),

  repositoryRoute<Numbered>(
    'GET /pulls/{pull_number}/merge',
    'pull_requests:read',
    ({ repository, input }) => {
      found(pullOf(repository, input.pull_number).pull.merged);
      return noContent();
    },
  ),

  repositoryRoute<MergeInput & Numbered>('PUT /pulls/{pull_number}/merge', 'contents:write', async (call) => {
    requireRole('write', call.repository, call.actor);
    const issue = pullOf(call.repository, call.input.pull_number);
    const sha = await mergePull(call, issue, issue.pull, call.input);
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
  }),
];

function whole(
  { hub, repository }: { hub: Parameters<typeof viewPull>[0]; repository: Repository },
  number: number,
) {
  const issue = pullOf(repository, number);
  return viewFullPull(hub, repository, issue, issue.pull);
}

function matches(
  repository: Repository,
  issue: IssueWithPull,
  { state = 'open', head, base }: ListInput,
): boolean {
  if (state !== 'all' && issue.state !== state) return false;
  if (base !== undefined && issue.pull.baseRef !== base) return false;
  return head === undefined || head === `${repository.owner.login}:${issue.pull.headRef}`;
}
