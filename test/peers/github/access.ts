// What an actor may do: 404 where it may not even look, 403 where it may look but not touch, 401 where it must say who it is.
import { ApiError, notForIntegrations, notFound } from './http.ts';
import type { Actor, Grant, Repository, Role } from './model.ts';

/** The permission a route asks for, as GitHub's documentation names it; several mean that one of them is enough. */
export type Need =
  | 'none'
  | 'jwt'
  | 'app-or-job'
  | `${string}:${'read' | 'write' | 'admin'}`
  | readonly `${string}:${'read' | 'write' | 'admin'}`[];

const RANK: Readonly<Record<Role, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };
const LEVEL: Readonly<Record<Grant, number>> = { read: 1, write: 2, admin: 3 };
/** People need this role for what an App needs a write permission for. Reading people may still speak. */
const SPEECH = new Set(['issues', 'pull_requests']);

/** A person's role; owners are admins, everybody reads what is public. */
export function roleOf(repository: Repository, login: string): Role | undefined {
  if (repository.owner.login.toLowerCase() === login.toLowerCase()) return 'admin';
  const role = repository.collaborators.get(login.toLowerCase());
  return role ?? (repository.private ? undefined : 'read');
}

/** Whether the repository exists for this actor. */
export function canSee(repository: Repository, actor: Actor): boolean {
  switch (actor.kind) {
    case 'anonymous':
      return !repository.private;
    case 'user':
      return roleOf(repository, actor.user.login) !== undefined;
    case 'app':
      return repository.installed;
    case 'installation':
      if (actor.job) return actor.job.run.repository === repository;
      return repository.installed && (actor.repositories?.has(repository.id) ?? true);
  }
}

/** Refuses as GitHub does, or returns. */
export function authorize(need: Need, repository: Repository | undefined, actor: Actor): void {
  if (repository && need !== 'jwt' && !canSee(repository, actor)) throw notFound();
  if (need === 'none') return;
  if (need === 'jwt' || need === 'app-or-job') requireApp(need, actor);
  else if (repository && !mayDo([need].flat(), repository, actor)) throw refusal(actor);
}

/** Whether one of the needs is met. */
export function mayDo(needs: readonly string[], repository: Repository, actor: Actor): boolean {
  return needs.some((need) => meets(need, repository, actor));
}

function meets(need: string, repository: Repository, actor: Actor): boolean {
  const [topic = '', level = 'read'] = need.split(':');
  if (actor.kind === 'app') return false;
  if (actor.kind === 'anonymous') return level === 'read' && !repository.private;
  if (actor.kind === 'installation') {
    const granted = topic === 'metadata' ? 'read' : actor.permissions[topic];
    return granted !== undefined && LEVEL[granted] >= LEVEL[level as Grant];
  }
  const role = roleOf(repository, actor.user.login);
  const needed: Role =
    level === 'admin' ? 'admin' : level === 'write' && !SPEECH.has(topic) ? 'write' : 'read';
  return role !== undefined && RANK[role] >= RANK[needed];
}

/** Whether a person has at least this role; installations are judged by `authorize` already. */
export function requireRole(role: Role, repository: Repository, actor: Actor): void {
  if (actor.kind !== 'user') return;
  const has = roleOf(repository, actor.user.login);
  if (!has || RANK[has] < RANK[role]) throw new ApiError(403, 'Must have write access to this repository.');
}

function refusal(actor: Actor): ApiError {
  if (actor.kind === 'installation') return notForIntegrations();
  if (actor.kind === 'app') return new ApiError(401, 'A JSON web token may not be used for this endpoint');
  if (actor.kind === 'anonymous') return new ApiError(401, 'Requires authentication');
  return new ApiError(403, 'Must have admin rights to Repository.');
}

function requireApp(need: 'jwt' | 'app-or-job', actor: Actor): void {
  if (need === 'jwt' && actor.kind !== 'app')
    throw new ApiError(401, 'A JSON web token could not be decoded');
  if (need === 'app-or-job' && actor.kind !== 'installation')
    throw new ApiError(403, 'You must authenticate via a GitHub App.');
}
