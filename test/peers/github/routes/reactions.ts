// Reactions on comments; the same one twice by the same user is answered with the first, status 200.
import { created, found, noContent, ok, paged } from '../http.ts';
import type { Comment } from '../model.ts';
import { type RepositoryCall, repositoryRoute } from '../router.ts';
import { viewReaction } from '../views/issues.ts';

interface OfComment {
  readonly comment_id: number;
}

const AT = '/issues/comments/{comment_id}/reactions';
const READ = ['issues:read', 'pull_requests:read'] as const;
const WRITE = ['issues:write', 'pull_requests:write'] as const;

export const reactionRoutes = [
  repositoryRoute<OfComment & { content?: string }>(`GET ${AT}`, READ, (call) => {
    const { content } = call.input;
    const chosen = commentOf(call).reactions.filter((reaction) => !content || reaction.content === content);
    return paged(call.page, chosen, (list) => list.map((reaction) => viewReaction(call.hub, reaction)));
  }),

  repositoryRoute<OfComment & { content: string }>(`POST ${AT}`, WRITE, (call) => {
    const { hub, user, input } = call;
    const { reactions } = commentOf(call);
    const same = reactions.find((reaction) => reaction.user === user && reaction.content === input.content);
    if (same) return ok(viewReaction(hub, same));

    const reaction = { id: hub.nextId(), user, content: input.content, createdAt: hub.now() };
    reactions.push(reaction);
    return created(viewReaction(hub, reaction));
  }),

  repositoryRoute<OfComment & { reaction_id: number }>(`DELETE ${AT}/{reaction_id}`, WRITE, (call) => {
    const { reactions } = commentOf(call);
    const at = reactions.findIndex(({ id }) => id === call.input.reaction_id);
    found(reactions[at]);
    reactions.splice(at, 1);
    return noContent();
  }),
];

function commentOf({ repository, input }: RepositoryCall<OfComment>): Comment {
  return found(repository.comments.get(input.comment_id));
}
