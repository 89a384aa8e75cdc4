// Comments on issues and pull requests, up to 65,536 characters.
import { requireRole } from '../access.ts';
import { appOf } from '../auth.ts';
import { commentHappened } from '../happenings.ts';
import { ApiError, created, found, noContent, ok, paged } from '../http.ts';
import type { Comment } from '../model.ts';
import { refuseLong } from '../pulls.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { viewComment } from '../views/issues.ts';

interface OnIssue {
  readonly issue_number: number;
}

interface OfComment {
  readonly comment_id: number;
}

const READ = ['issues:read', 'pull_requests:read'] as const;
const WRITE = ['issues:write', 'pull_requests:write'] as const;

export const commentRoutes = [
  repositoryRoute<OnIssue & { since?: string }>('GET /issues/{issue_number}/comments', READ, (call) => {
    const { hub, repository, input, page } = call;
    const { number } = found(repository.issues.get(input.issue_number));
    const comments = [...repository.comments.values()].filter(
      ({ issue, updatedAt }) => issue === number && updatedAt >= (input.since ?? ''),
    );
    return paged(page, comments, (list) => list.map((comment) => viewComment(hub, repository, comment)));
  }),

  repositoryRoute<OnIssue & { body: string }>('POST /issues/{issue_number}/comments', WRITE, (call) => {
    const { hub, repository, actor, user, input } = call;
    requireRole('read', repository, actor);
    const issue = found(repository.issues.get(input.issue_number));
    refuseLong(input.body, 'IssueComment');
    const now = hub.now();
    const comment: Comment = {
      id: hub.nextId(),
      issue: issue.number,
      author: user,
      app: appOf(actor),
      createdAt: now,
      updatedAt: now,
      body: input.body,
      reactions: [],
    };
    repository.comments.set(comment.id, comment);
    issue.updatedAt = now;
    commentHappened(call, 'created', comment);
    return created(viewComment(hub, repository, comment));
  }),

  repositoryRoute<OfComment>('GET /issues/comments/{comment_id}', READ, (call) =>
    ok(viewComment(call.hub, call.repository, commentOf(call))),
  ),

  repositoryRoute<OfComment & { body: string }>('PATCH /issues/comments/{comment_id}', WRITE, (call) => {
    const comment = ownComment(call);
    refuseLong(call.input.body, 'IssueComment');
    comment.body = call.input.body;
    comment.updatedAt = call.hub.now();
    commentHappened(call, 'edited', comment);
    return ok(viewComment(call.hub, call.repository, comment));
  }),

  repositoryRoute<OfComment>('DELETE /issues/comments/{comment_id}', WRITE, (call) => {
    const comment = ownComment(call);
    call.repository.comments.delete(comment.id);
    commentHappened(call, 'deleted', comment);
    return noContent();
  }),
];

function commentOf({ repository, input }: RepositoryCall<OfComment>): Comment {
  return found(repository.comments.get(input.comment_id));
}

/** People change their own comments, or any with write access; Apps with the permission change any. */
function ownComment(call: RepositoryCall<OfComment>): Comment {
  const comment = commentOf(call);
  if (call.actor.kind === 'user' && comment.author.login !== call.user.login) {
    try {
      requireRole('write', call.repository, call.actor);
    } catch {
      throw new ApiError(403, 'Must have write access to edit this comment.');
    }
  }
  return comment;
}
