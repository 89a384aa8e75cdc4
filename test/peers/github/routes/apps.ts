// The App's own door: who it is, where it is installed, and tokens that may be narrower than the installation.
import { randomBytes } from 'node:crypto';
import { ApiError, created, found, ok, paged } from '../http.ts';
import type { Hub } from '../hub.ts';
import type { App, Grant, Grants, Repository } from '../model.ts';
import { repositoryRoute, route } from '../router.ts';
import { viewRepository } from '../views/repositories.ts';
import { viewApp, viewInstallation } from '../views/users.ts';

/** Installation tokens live for an hour. */
const TOKEN_LIFE_MS = 3_600_000;
const LEVEL: Readonly<Record<Grant, number>> = { read: 1, write: 2, admin: 3 };

interface TokenInput {
  readonly installation_id: number;
  readonly permissions?: Grants;
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
}

export const appRoutes = [
  route('GET /app', 'jwt', ({ hub }) => ok({ ...viewApp(hub, registered(hub)), installations_count: 1 })),

  route('GET /app/installations', 'jwt', ({ hub, page }) => {
    const installed = [...hub.repositories.values()].some((repository) => repository.installed);
    return paged(page, installed ? [viewInstallation(hub, registered(hub))] : []);
  }),

  route<{ installation_id: number }>('GET /app/installations/{installation_id}', 'jwt', ({ hub, input }) =>
    ok(viewInstallation(hub, installation(hub, input.installation_id))),
  ),

  route<TokenInput>('POST /app/installations/{installation_id}/access_tokens', 'jwt', ({ hub, input }) =>
    created(issueToken(hub, installation(hub, input.installation_id), input)),
  ),

  repositoryRoute('GET /installation', 'jwt', ({ hub }) => ok(viewInstallation(hub, registered(hub)))),

  route('GET /installation/repositories', 'app-or-job', ({ hub, actor, page }) => {
    const reached = actor.kind === 'installation' ? actor.repositories : undefined;
    const all = [...hub.repositories.values()].filter(
      (repository) => repository.installed && (reached?.has(repository.id) ?? true),
    );
    return paged(page, all, (repositories, total_count) => ({
      total_count,
      repository_selection: reached ? 'selected' : 'all',
      repositories: repositories.map((repository) => viewRepository(hub, repository)),
    }));
  }),
];

function registered(hub: Hub): App {
  return found(hub.app);
}

function installation(hub: Hub, id: number): App {
  const app = registered(hub);
  return found(app.installationId === id ? app : undefined);
}

function issueToken(hub: Hub, app: App, input: TokenInput) {
  const permissions = grantsFor(app, input.permissions);
  const repositories = chosenRepositories(hub, input);
  const token = newToken(app.id);
  const expiresAt = Date.now() + TOKEN_LIFE_MS;
  const ids = repositories && { repositories: new Set(repositories.map(({ id }) => id)) };
  hub.tokens.set(token, { kind: 'installation', app, permissions, expiresAt, ...ids });
  return {
    token,
    expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    permissions,
    repository_selection: repositories ? 'selected' : 'all',
  };
}

/** The 2026 form of installation tokens: long, with dots and dashes. */
export function newToken(appId: number): string {
  return `ghs_${appId}_${randomBytes(12).toString('base64url')}.${randomBytes(24).toString('base64url')}`;
}

function grantsFor(app: App, asked: Grants | undefined): Grants {
  const granted: Grants = { metadata: 'read', ...app.permissions };
  if (!asked) return granted;
  for (const [topic, level] of Object.entries(asked)) {
    const has = granted[topic];
    if (!has || LEVEL[has] < LEVEL[level])
      throw new ApiError(422, 'The permissions requested are not granted to this installation.');
  }
  return { metadata: 'read', ...asked };
}

function chosenRepositories(
  hub: Hub,
  { repositories, repository_ids }: TokenInput,
): Repository[] | undefined {
  if (!repositories && !repository_ids) return undefined;
  const installed = [...hub.repositories.values()].filter((repository) => repository.installed);
  const chosen = [
    ...(repositories ?? []).map((name) => installed.find((repository) => repository.name === name)),
    ...(repository_ids ?? []).map((id) => installed.find((repository) => repository.id === id)),
  ];
  return chosen.map((repository) => {
    if (!repository)
      throw new ApiError(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return repository;
  });
}
