// Repositories themselves, and the way for a program to start workflows by an event of its own.
import { canSee, roleOf } from '../access.ts';
import { dispatchHappened } from '../happenings.ts';
import { noContent, ok } from '../http.ts';
import type { Actor, Repository } from '../model.ts';
import { repositoryRoute } from '../router.ts';
import { viewRepository } from '../views/repositories.ts';

interface DispatchInput {
  readonly event_type: string;
  readonly client_payload?: unknown;
}

export const repositoryRoutes = [
  repositoryRoute('GET ', 'metadata:read', ({ hub, repository, actor }) =>
    ok({ ...viewRepository(hub, repository), permissions: permissionsOf(repository, actor) }),
  ),

  repositoryRoute<DispatchInput>('POST /dispatches', 'contents:write', (call) => {
    dispatchHappened(call, call.input.event_type, call.input.client_payload ?? {});
    return noContent();
  }),
];

function permissionsOf(repository: Repository, actor: Actor) {
  const role = actor.kind === 'user' ? roleOf(repository, actor.user.login) : undefined;
  const push = role === 'write' || role === 'maintain' || role === 'admin';
  return {
    admin: role === 'admin',
    maintain: role === 'maintain' || role === 'admin',
    push,
    triage: push || role === 'triage',
    pull: canSee(repository, actor),
  };
}
