// A stand-in for GitHub: REST, webhooks, workflow runs, git over HTTP, artifacts, and pages to look at, on one loopback port.
// State lives in memory and, what is git's, in bare repositories under `folder`.
import { createPublicKey } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveArtifactService } from './artifact-service.ts';
import { serveGit } from './git-http.ts';
import type { AppOptions, CreatedRepository, GitHub, GitHubOptions, SettingOptions } from './github.ts';
import { ApiError, type Reply } from './http.ts';
import { Hub } from './hub.ts';
import type { Actor, App, Grants, Repository } from './model.ts';
import { servePage } from './pages/index.ts';
import { announcePushes } from './pushes.ts';
import { createRepository, environmentOf } from './repositories.ts';
import { isRest, type Rest, serveRest } from './rest.ts';
import { machineVariables } from './runner/environment.ts';
import { Runner } from './runner/runs.ts';
import { makeSlots } from './runner/slots.ts';
import { setRunner } from './runner-of.ts';
import { Schema } from './schema.ts';
import { serveStorage } from './storage.ts';
import { deliver, deliveriesOf, failedDeliveries, redeliver } from './webhooks.ts';

export type { CreatedRepository, GitHub, GitHubOptions } from './github.ts';

/** What the App may do unless `permissions` says otherwise. */
const PERMISSIONS: Grants = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
};

const EVENTS = [
  'check_run',
  'deployment',
  'deployment_status',
  'issue_comment',
  'issues',
  'pull_request',
  'push',
  'workflow_run',
];

/** Starts the stand-in on a loopback port. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const hub = new Hub(options.folder);
  hub.app = options.app && register(hub, options.app);
  for (const { login, token } of options.users)
    hub.tokens.set(token, { kind: 'user', user: hub.userCalled(login) });

  const runner = runnerFor(hub, options);
  setRunner(hub, runner);
  hub.onHappening((happening) => deliver(hub, happening));
  hub.onHappening((happening) => runner.react(happening));

  const rest: Rest = { hub, schema: Schema.load(), checkAnswers: options.checkAnswers ?? false };
  const server = createServer((request, response) => void serve(rest, request, response));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return handleTo(hub, async () => {
    runner.close();
    await hub.idle();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

function register(hub: Hub, options: AppOptions): App {
  return {
    id: options.id,
    slug: options.slug,
    name: options.slug,
    owner: hub.userCalled(`${options.slug}-owner`),
    bot: hub.userCalled(`${options.slug}[bot]`, 'Bot'),
    installationId: hub.nextId(),
    permissions: options.permissions ?? PERMISSIONS,
    events: options.events ?? EVENTS,
    publicKey: createPublicKey(options.privateKey),
    webhook: { url: options.webhookUrl, secret: options.webhookSecret },
  };
}

function runnerFor(hub: Hub, options: GitHubOptions): Runner {
  const toolCache = options.toolCache ?? join(options.folder, 'tool-cache');
  return new Runner({
    hub,
    toolCache,
    folder: join(options.folder, 'runner'),
    actionsCheckout: options.actionsCheckout,
    actionsRepository: options.actionsRepository ?? 'mergeway/mergeway',
    runnerEnv: { ...machineVariables(toolCache), ...options.runnerEnv },
    slots: makeSlots(),
  });
}

async function serve(rest: Rest, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { hub } = rest;
  const url = new URL(request.url ?? '/', hub.url);
  try {
    if (await serveGit(hub, request, response, url)) return;
    send(response, await route(rest, request, url));
  } catch (error) {
    if (error instanceof ApiError) return send(response, error.toReply());
    hub.violations.push(
      `${request.method} ${url.pathname}: ${error instanceof Error ? error.stack : String(error)}`,
    );
    if (!response.headersSent) response.writeHead(500);
    response.end(JSON.stringify({ message: 'Server Error', status: '500' }));
  }
}

async function route(rest: Rest, request: IncomingMessage, url: URL): Promise<Reply> {
  const { hub } = rest;
  if (isRest(url.pathname)) return serveRest(rest, request, url);
  if (url.pathname.startsWith('/twirp/') || url.pathname.startsWith('/_blobs/'))
    return serveArtifactService(hub, request, url);
  if (url.pathname.startsWith('/_storage/')) return serveStorage(hub, url);
  return servePage(hub, url);
}

function send(response: ServerResponse, { status, body, text, type, headers }: Reply): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (text !== undefined) response.setHeader('content-type', type ?? 'text/plain; charset=utf-8');
  else if (body !== undefined) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.writeHead(status);
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}

function handleTo(hub: Hub, close: () => Promise<void>): GitHub {
  return {
    url: hub.url,
    apiUrl: hub.url,
    violations: hub.violations,
    close,
    idle: () => hub.idle(),
    deliveries: () => deliveriesOf(hub),
    createRepository: async (options) => describe(hub, await createRepository(hub, options)),
    protectBranch: ({ repository, branch, requiredChecks }) => {
      known(hub, repository).protections.set(branch, requiredChecks);
    },
    setVariable: (options) => void placeFor(hub, options).variables.set(options.name, options.value),
    setSecret: (options) => void placeFor(hub, options).secrets.set(options.name, options.value),
    pushed: async ({ repository: name, by }) => {
      const repository = known(hub, name);
      const actor: Actor = { kind: 'user', user: by === undefined ? repository.owner : hub.userCalled(by) };
      await announcePushes({ hub, repository, actor });
    },
    redeliverFailed: async () => {
      const failed = failedDeliveries(hub);
      await Promise.all(failed.map((delivery) => redeliver(hub, delivery)));
      return failed.length;
    },
  };
}

function describe(hub: Hub, repository: Repository): CreatedRepository {
  const htmlUrl = `${hub.url}/${repository.fullName}`;
  return { fullName: repository.fullName, gitUrl: repository.path, cloneUrl: `${htmlUrl}.git`, htmlUrl };
}

function known(hub: Hub, name: string): Repository {
  const repository = hub.repository(name);
  if (!repository) throw new Error(`there is no repository ${name}`);
  return repository;
}

function placeFor(hub: Hub, { repository: name, environment }: SettingOptions) {
  const repository = known(hub, name);
  return environment === undefined ? repository : environmentOf(hub, repository, environment);
}
