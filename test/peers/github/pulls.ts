// The life of a pull request: opened, merged or closed. Git does the merging.
import { userOf } from './auth.ts';
import { mergeStateOf } from './gate.ts';
import { git, type Identity, resolve } from './git.ts';
import { issueHappened, pullHappened, type Scene } from './happenings.ts';
import { ApiError, invalid } from './http.ts';
import { type MergeRequest, mergeCommit, rebasedHead, squashCommit } from './merge.ts';
import type { Issue, Pull, Repository, User } from './model.ts';
import { announcePushes } from './pushes.ts';
import { refreshTestMerge } from './test-merge.ts';

const MAX_BODY_CHARACTERS = 65_536;

/** 422 for texts that GitHub finds too long. */
export function refuseLong(body: string | null | undefined, resource: string): void {
  if ((body?.length ?? 0) <= MAX_BODY_CHARACTERS) return;
  const message = `Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
  throw invalid(
    { resource, field: 'body', code: 'custom', message: message.toLowerCase() },
    `Validation Failed: ${message}`,
  );
}

export interface IssueInput {
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly labels?: readonly string[];
}

export function newIssue(scene: Scene, input: IssueInput): Issue {
  refuseLong(input.body, 'Issue');
  const { hub, repository, actor } = scene;
  const now = hub.now();
  repository.lastNumber += 1;
  const issue: Issue = {
    id: hub.nextId(),
    number: repository.lastNumber,
    author: userOf(hub, actor),
    createdAt: now,
    updatedAt: now,
    title: input.title,
    body: input.body ?? null,
    state: 'open',
    stateReason: null,
    closedAt: null,
    labels: [...(input.labels ?? [])],
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

export interface PullInput extends IssueInput {
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean | undefined;
}

export async function openPull(scene: Scene, input: PullInput): Promise<Issue> {
  const { repository } = scene;
  const headRef = input.head.replace(`${repository.owner.login}:`, '');
  const [headSha, baseSha] = await Promise.all([
    branchTip(repository, headRef),
    branchTip(repository, input.base),
  ]);
  if (!headSha) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (!baseSha) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  refuseDuplicate(repository, headRef, input.base);
  if (headSha === baseSha) throw pullProblem(`No commits between ${input.base} and ${headRef}`);

  const issue = newIssue(scene, input);
  const id = scene.hub.nextId();
  const draft = input.draft ?? false;
  const pull: Pull = {
    id,
    headRef,
    baseRef: input.base,
    headSha,
    baseSha,
    draft,
    mergeSha: null,
    reviews: [],
  };
  issue.pull = pull;
  await refreshTestMerge(repository, issue, pull);
  await pullHappened(scene, 'opened', issue);
  return issue;
}

function branchTip(repository: Repository, branch: string): Promise<string | undefined> {
  return resolve(repository.path, `refs/heads/${branch}`);
}

function refuseDuplicate(repository: Repository, headRef: string, baseRef: string): void {
  for (const { state, pull } of repository.issues.values())
    if (state === 'open' && pull?.headRef === headRef && pull.baseRef === baseRef)
      throw pullProblem(`A pull request already exists for ${repository.owner.login}:${headRef}.`);
}

function pullProblem(message: string): ApiError {
  return invalid({ resource: 'PullRequest', code: 'custom', message });
}

export interface MergeInput {
  readonly sha?: string | undefined;
  readonly merge_method?: 'merge' | 'squash' | 'rebase' | undefined;
  readonly commit_title?: string | undefined;
  readonly commit_message?: string | undefined;
}

/** Merges, or refuses with GitHub's status: 405 when it may not be merged, 409 when its head is not `sha`. */
export async function mergePull(scene: Scene, issue: Issue, pull: Pull, input: MergeInput): Promise<string> {
  const { hub, repository, actor } = scene;
  if (issue.state === 'closed') throw new ApiError(405, 'Pull Request is not mergeable');
  if (input.sha !== undefined && input.sha !== pull.headSha)
    throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
  await refuseBlocked(repository, issue, pull);

  const by = userOf(hub, actor);
  const sha = await writeMerge(repository, issue, pull, { input, author: identityOf(by) });
  await moveBranch(repository, pull, sha);
  pull.mergeSha = sha;
  pull.merged = { at: hub.now(), by };
  await close(scene, issue);
  await announcePushes(scene);
  return sha;
}

/** Moves the base only from where the merge started: somebody else may have pushed meanwhile. */
async function moveBranch(repository: Repository, pull: Pull, sha: string): Promise<void> {
  try {
    await git(repository.path, ['update-ref', `refs/heads/${pull.baseRef}`, sha, pull.baseSha]);
  } catch {
    throw new ApiError(405, 'Base branch was modified. Review and try the merge again.');
  }
}

async function refuseBlocked(repository: Repository, issue: Issue, pull: Pull): Promise<void> {
  const state = await mergeStateOf(repository, issue, pull);
  if (pull.draft) throw new ApiError(405, 'Pull Request is still a draft');
  if (!state.mergeable) throw new ApiError(405, 'Pull Request is not mergeable');
  const [first, ...others] = state.blockedBy;
  if (first === undefined) return;

  const required = repository.protections.get(pull.baseRef)?.length ?? 0;
  const message =
    others.length === 0
      ? first
      : `${others.length + 1} of ${required} required status checks have not succeeded.`;
  throw new ApiError(405, message, { docs: 'https://docs.github.com/articles/about-protected-branches' });
}

async function writeMerge(
  repository: Repository,
  issue: Issue,
  pull: Pull,
  how: { input: MergeInput; author: Identity },
): Promise<string> {
  const { input, author } = how;
  const method = input.merge_method ?? 'merge';
  const title =
    input.commit_title ??
    (method === 'merge'
      ? `Merge pull request #${issue.number} from ${repository.owner.login}/${pull.headRef}`
      : `${issue.title} (#${issue.number})`);
  const text = input.commit_message ?? (method === 'merge' ? issue.title : '');
  const request: MergeRequest = {
    base: pull.baseSha,
    head: pull.headSha,
    message: text === '' ? title : `${title}\n\n${text}`,
    author,
  };
  const write = { merge: mergeCommit, squash: squashCommit, rebase: rebasedHead }[method];
  const sha = await write(repository.path, request);
  if (!sha) throw new ApiError(405, 'Pull Request is not mergeable');
  return sha;
}

/** The e-mail address that GitHub gives to people who hide theirs. */
export function identityOf(user: User): Identity {
  return { name: user.login, email: `${user.id}+${user.login}@users.noreply.github.com` };
}

export async function close(scene: Scene, issue: Issue): Promise<void> {
  issue.state = 'closed';
  issue.closedAt = scene.hub.now();
  issue.updatedAt = issue.closedAt;
  if (issue.pull) await pullHappened(scene, 'closed', issue);
  else issueHappened(scene, 'closed', issue);
}

export async function reopen(scene: Scene, issue: Issue): Promise<void> {
  if (issue.pull?.merged) throw pullProblem('state cannot be changed. The pull request cannot be reopened.');
  issue.state = 'open';
  issue.closedAt = null;
  if (issue.pull) await pullHappened(scene, 'reopened', issue);
  else issueHappened(scene, 'reopened', issue);
}
