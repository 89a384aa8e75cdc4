// One REST request: who asks, which operation, does it fit GitHub's description, may they, and then the route.
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { authorize } from './access.ts';
import { authenticate, userOf } from './auth.ts';
import { ApiError, notFound, type Reply } from './http.ts';
import type { Hub } from './hub.ts';
import type { Actor } from './model.ts';
import { createRouter, type Match, type RepositoryCall } from './router.ts';
import { routes } from './routes/index.ts';
import type { Schema } from './schema.ts';

/** More than any body of the API. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;
const findRoute = createRouter(routes);

/** Paths of the API; everything else is a page. */
export function isRest(path: string): boolean {
  return /^\/(repos|app|installation|user|users|rate_limit|orgs)(\/|$)/.test(path);
}

export interface Rest {
  readonly hub: Hub;
  readonly schema: Schema;
  /** Whether answers are held to the description too; costs some 50 ms per operation once. */
  readonly checkAnswers: boolean;
}

export async function serveRest(rest: Rest, request: IncomingMessage, url: URL): Promise<Reply> {
  try {
    const reply = unlessKnown(await answer(rest, request, url), request);
    return { ...reply, headers: { ...commonHeaders(), ...reply.headers } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...error.toReply(), headers: commonHeaders() };
  }
}

async function answer(rest: Rest, request: IncomingMessage, url: URL): Promise<Reply> {
  const { hub, schema } = rest;
  const method = request.method ?? 'GET';
  const actor = authenticate(hub, request.headers.authorization);
  const match = findRoute(method, url.pathname);
  if (!match) {
    hub.violations.push(`${method} ${url.pathname} is not served`);
    throw notFound();
  }
  const repository = repositoryIn(hub, match);
  authorize(match.route.need, repository, actor);
  const input = checkedInput(rest, match, url, await readBody(request));
  const call = callFor({ hub, actor, url, request, input });
  const reply = await match.route.handle({ ...call, repository } as RepositoryCall<never>);
  if (rest.checkAnswers)
    hub.violations.push(...schema.checkResponse(method, match.route.path, reply.status, reply.body));
  return reply;
}

/** A read that gives what the asker has already is 304, by the body's weak ETag alone: a Link header is no part of it. */
function unlessKnown(reply: Reply, request: IncomingMessage): Reply {
  const content = reply.text ?? JSON.stringify(reply.body);
  if (request.method !== 'GET' || reply.status !== 200 || content === undefined) return reply;
  const etag = `W/"${createHash('sha256').update(content).digest('hex')}"`;
  if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  return { ...reply, headers: { ...reply.headers, etag } };
}

function repositoryIn(hub: Hub, { params }: Match) {
  if (params.owner === undefined || params.repo === undefined) return undefined;
  const repository = hub.repository(`${params.owner}/${params.repo}`);
  if (!repository) throw notFound();
  return repository;
}

function checkedInput(
  rest: Rest,
  { route, params }: Match,
  url: URL,
  body: unknown,
): Record<string, unknown> {
  const query = Object.fromEntries(url.searchParams);
  const checked = rest.schema.checkRequest(route.method, route.path, { ...query, ...params }, body);
  if (checked.problems.length > 0) {
    const message = `Invalid request.\n\n${checked.problems.join('\n')}`;
    rest.hub.violations.push(`${route.method} ${route.path}: ${checked.problems.join('; ')}`);
    throw new ApiError(422, message);
  }
  return { ...(body as object | undefined), ...checked.params };
}

function callFor(at: {
  hub: Hub;
  actor: Actor;
  url: URL;
  request: IncomingMessage;
  input: Record<string, unknown>;
}) {
  const { hub, actor, url, request, input } = at;
  return {
    hub,
    actor,
    url,
    input,
    user: userOf(hub, actor),
    accept: request.headers.accept ?? '',
    page: { url, per_page: input.per_page as number | undefined, page: input.page as number | undefined },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}

function commonHeaders(): Record<string, string> {
  return {
    'x-github-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
    'x-ratelimit-resource': 'core',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
  };
}
