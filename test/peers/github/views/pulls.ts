// Pull requests as GitHub's API shows them: in lists, and whole with their merge state and size.
import { mergeStateOf } from '../gate.ts';
import { countBetween, mergeBase } from '../git-history.ts';
import { type ChangedFile, diff } from '../git-tree.ts';
import type { Hub } from '../hub.ts';
import type { Issue, Pull, Repository, Review } from '../model.ts';
import { association, viewLabels } from './issues.ts';
import { apiUrl, htmlUrl, viewRepository } from './repositories.ts';
import { nodeId, viewUser } from './users.ts';

export function viewPull(hub: Hub, repository: Repository, issue: Issue, pull: Pull) {
  const urls = links(hub, repository, issue.number, pull);
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    ...urls,
    number: issue.number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    body: issue.body,
    user: viewUser(hub, issue.author),
    labels: viewLabels(hub, repository, issue),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.mergeSha,
    draft: pull.draft,
    head: viewBranch(hub, repository, pull.headRef, pull.headSha),
    base: viewBranch(hub, repository, pull.baseRef, pull.baseSha),
    _links: Object.fromEntries(Object.entries(LINK_NAMES).map(([name, key]) => [name, { href: urls[key] }])),
    author_association: association(repository, issue.author),
    auto_merge: null,
  };
}

/** Names in `_links`, by the field that holds the same address. */
const LINK_NAMES = {
  self: 'url',
  html: 'html_url',
  issue: 'issue_url',
  comments: 'comments_url',
  review_comments: 'review_comments_url',
  review_comment: 'review_comment_url',
  commits: 'commits_url',
  statuses: 'statuses_url',
} as const;

function links(hub: Hub, repository: Repository, number: number, pull: Pull) {
  const api = apiUrl(hub, repository);
  const html = `${htmlUrl(hub, repository)}/pull/${number}`;
  return {
    url: `${api}/pulls/${number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${number}`,
    commits_url: `${api}/pulls/${number}/commits`,
    review_comments_url: `${api}/pulls/${number}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${number}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
  };
}

function viewBranch(hub: Hub, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: viewUser(hub, repository.owner),
    repo: viewRepository(hub, repository),
  };
}

/** `GET /pulls/{n}`: adds whether it can be merged, and how much it changes. */
export async function viewFullPull(hub: Hub, repository: Repository, issue: Issue, pull: Pull) {
  const [files, commits, state] = await Promise.all([
    changedFiles(repository, pull),
    countBetween(repository.path, pull.baseSha, pull.headSha),
    mergeStateOf(repository, issue, pull),
  ]);
  return {
    ...viewPull(hub, repository, issue, pull),
    merged: pull.merged !== undefined,
    mergeable: state.mergeable,
    rebaseable: state.mergeable,
    mergeable_state: state.name,
    merged_by: pull.merged ? viewUser(hub, pull.merged.by) : null,
    comments: [...repository.comments.values()].filter(({ issue: number }) => number === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits,
    additions: sum(files, 'additions'),
    deletions: sum(files, 'deletions'),
    changed_files: files.length,
  };
}

function sum(files: readonly ChangedFile[], key: 'additions' | 'deletions'): number {
  return files.reduce((total, file) => total + file[key], 0);
}

/** What the pull request changes: head against its merge base, GitHub's three-dot diff. */
export async function changedFiles(repository: Repository, pull: Pull): Promise<ChangedFile[]> {
  const base = (await mergeBase(repository.path, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  return diff(repository.path, base, pull.headSha);
}

export function viewFile(hub: Hub, repository: Repository, ref: string, file: ChangedFile) {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.blob,
    filename: file.path,
    ...(file.previous !== undefined && { previous_filename: file.previous }),
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(hub, repository)}/blob/${ref}/${path}`,
    raw_url: `${htmlUrl(hub, repository)}/raw/${ref}/${path}`,
    contents_url: `${apiUrl(hub, repository)}/contents/${path}?ref=${ref}`,
  };
}

export function viewReview(hub: Hub, repository: Repository, issue: Issue, review: Review) {
  const html = `${htmlUrl(hub, repository)}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const pullUrl = `${apiUrl(hub, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: viewUser(hub, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: review.submittedAt,
    commit_id: review.sha,
    author_association: association(repository, review.author),
  };
}
