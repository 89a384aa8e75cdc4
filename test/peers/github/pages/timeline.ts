// The conversation of a pull request or issue: its body, comments, deployments and what became of it, in order of time.
import type { Comment, Deployment, Issue, Repository, User } from '../model.ts';
import { type Html, html } from './html.ts';
import { avatar, sha, sign, when, who } from './layout.ts';
import { markdown } from './markdown.ts';

interface Entry {
  readonly at: string;
  readonly order: number;
  readonly shown: Html;
}

/** Of more statuses of one deployment only the last are shown. */
const SHOWN_STATUSES = 20;

const EMOJI: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

export function timeline(repository: Repository, issue: Issue): Html {
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === issue.number);
  const entries: Entry[] = [
    ...comments.map((comment) => ({ at: comment.createdAt, order: comment.id, shown: viewComment(comment) })),
    ...(issue.pull?.reviews ?? []).map(({ id, author, state, submittedAt: at }) => ({
      at,
      order: id,
      shown: event(author, state === 'APPROVED' ? 'approved these changes' : 'reviewed', at),
    })),
    ...deploymentsOf(repository, issue).flatMap(deploymentEntries),
    ...closing(issue),
  ].sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order);
  return html`${firstPost(issue)}${entries.map(({ shown }) => shown)}`;
}

function firstPost(issue: Issue): Html {
  const body = issue.body ? markdown(issue.body) : html`<p class="faint">No description provided.</p>`;
  return post(issue.author, html`opened this ${when(issue.createdAt)}`, body);
}

function viewComment(comment: Comment): Html {
  const edited = comment.updatedAt !== comment.createdAt && html` · edited ${when(comment.updatedAt)}`;
  const counts = Object.entries(EMOJI).flatMap(([content, emoji]) => {
    const count = comment.reactions.filter((reaction) => reaction.content === content).length;
    return count > 0 ? [html`<span class="pill">${emoji} ${count}</span>`] : [];
  });
  const reactions = counts.length > 0 && html`<div class="reactions">${counts}</div>`;
  const title = html`commented ${when(comment.createdAt)}${edited}`;
  return post(comment.author, title, markdown(comment.body), `issuecomment-${comment.id}`, reactions);
}

function post(author: User, title: Html, body: Html, id = 'description', footer: Html | false = false): Html {
  return html`<div class="item" id="${id}">${avatar(author, 40)}<article class="comment">
<header>${who(author)} ${title}</header>
<div class="markdown">${body}</div>${footer}</article></div>`;
}

function event(user: User, text: string | Html, at: string): Html {
  return html`<p class="event">${avatar(user, 20)} ${who(user)} ${text} ${when(at)}</p>`;
}

/** Deployments of the head or of the merge belong to the pull request's story. */
export function deploymentsOf(repository: Repository, { pull }: Issue): Deployment[] {
  if (!pull) return [];
  return [...repository.deployments.values()].filter(
    ({ sha: of }) => of === pull.headSha || of === pull.mergeSha,
  );
}

/** One line for every status: a canary's way is worth seeing. */
function deploymentEntries(deployment: Deployment): Entry[] {
  const { environment, sha: of, creator, createdAt: at, id: order } = deployment;
  const place = html`${sha(of)} to <span class="strong">${environment}</span>`;
  const started = { at, order, shown: event(creator, html`deployed ${place}`, at) };
  const statuses = deployment.statuses.slice(-SHOWN_STATUSES).map((status) => {
    const text = html`${sign(status.state)} ${environment}: ${status.state.replaceAll('_', ' ')} <span class="strong">${status.description}</span>`;
    return { at: status.createdAt, order: status.id, shown: event(status.creator, text, status.createdAt) };
  });
  return [started, ...statuses];
}

function closing({ pull, state, closedAt, author }: Issue): Entry[] {
  if (state === 'open' || closedAt === null) return [];
  const order = Number.MAX_SAFE_INTEGER;
  if (!pull?.merged) return [{ at: closedAt, order, shown: event(author, 'closed this', closedAt) }];
  const { at, by } = pull.merged;
  const text = html`merged commit ${sha(pull.mergeSha ?? '')} into <code class="branch">${pull.baseRef}</code>`;
  // The merge comes before what it caused in the same second.
  return [{ at, order: 0, shown: event(by, text, at) }];
}
