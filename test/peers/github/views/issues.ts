// Issues, comments, reactions and labels as GitHub's API shows them.
import type { Hub } from '../hub.ts';
import type { App, Comment, Issue, Label, Reaction, Repository, User } from '../model.ts';
import { apiUrl, htmlUrl } from './repositories.ts';
import { nodeId, viewApp, viewUser } from './users.ts';

/** The order in which GitHub lists the contents of reactions. */
export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export function viewIssue(hub: Hub, repository: Repository, issue: Issue) {
  const api = `${apiUrl(hub, repository)}/issues/${issue.number}`;
  const html = `${htmlUrl(hub, repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === issue.number);
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url: api,
    repository_url: apiUrl(hub, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: viewUser(hub, issue.author),
    labels: viewLabels(hub, repository, issue),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_by: null,
    author_association: association(repository, issue.author),
    reactions: rollup(`${api}/reactions`, []),
    ...(issue.pull && { pull_request: pullLinks(hub, repository, issue), draft: issue.pull.draft }),
  };
}

function pullLinks(hub: Hub, repository: Repository, issue: Issue) {
  const html = `${htmlUrl(hub, repository)}/pull/${issue.number}`;
  return {
    url: `${apiUrl(hub, repository)}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: issue.pull?.merged?.at ?? null,
  };
}

export function viewLabels(hub: Hub, repository: Repository, issue: Issue) {
  return issue.labels
    .map((name) => repository.labels.get(name.toLowerCase()))
    .filter((label) => label !== undefined)
    .map((label) => viewLabel(hub, repository, label));
}

export function viewLabel(hub: Hub, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${apiUrl(hub, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function viewComment(hub: Hub, repository: Repository, comment: Comment) {
  const api = `${apiUrl(hub, repository)}/issues/comments/${comment.id}`;
  const issue = repository.issues.get(comment.issue);
  const page = `${htmlUrl(hub, repository)}/${issue?.pull ? 'pull' : 'issues'}/${comment.issue}`;
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: api,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${apiUrl(hub, repository)}/issues/${comment.issue}`,
    body: comment.body,
    user: viewUser(hub, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repository, comment.author),
    performed_via_github_app: viaApp(hub, comment.app),
    reactions: rollup(`${api}/reactions`, comment.reactions),
  };
}

export function viewReaction(hub: Hub, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: viewUser(hub, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** `performed_via_github_app`: null for people and, as on GitHub, the whole App for integrations. */
export function viaApp(hub: Hub, app: App | null) {
  return app && viewApp(hub, app);
}

/** As unreliable as GitHub's: private members of an organisation look like contributors. Never decide by it. */
export function association(repository: Repository, user: User): string {
  if (user.login === repository.owner.login) return 'OWNER';
  return repository.collaborators.has(user.login.toLowerCase()) ? 'CONTRIBUTOR' : 'NONE';
}

function rollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  return { url, total_count: reactions.length, ...Object.fromEntries(REACTIONS.map((c) => [c, count(c)])) };
}
