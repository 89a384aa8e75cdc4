// `git clone` and `git push` over HTTP by git's own http-backend, with GitHub's tokens and permissions. A push is heard of here.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { canSee, mayDo } from './access.ts';
import { authenticate } from './auth.ts';
import { ApiError } from './http.ts';
import type { Hub } from './hub.ts';
import type { Actor, Repository } from './model.ts';
import { announcePushes } from './pushes.ts';

const REQUEST = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Answers git's own requests; false when it is not one. */
export async function serveGit(
  hub: Hub,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const match = REQUEST.exec(url.pathname);
  if (!match) return false;
  const [, owner = '', name = '', service = ''] = match;
  const repository = hub.repository(`${owner}/${name}`);
  const isPush = `${service}${url.search}`.includes('git-receive-pack');
  const actor = admit(hub, request, repository, isPush);
  if (!actor || !repository) return refuse(response, request);

  await runBackend(request, response, { repository, url, service });
  // Before the answer ends, so that whoever pushed can wait for what follows with `idle`.
  if (service === 'git-receive-pack') await announcePushes({ hub, repository, actor });
  response.end();
  return true;
}

function admit(
  hub: Hub,
  request: IncomingMessage,
  repository: Repository | undefined,
  isPush: boolean,
): Actor | undefined {
  try {
    const actor = authenticate(hub, request.headers.authorization);
    if (!repository || !canSee(repository, actor)) return undefined;
    return mayDo([isPush ? 'contents:write' : 'contents:read'], repository, actor) ? actor : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Anonymous clients are asked who they are, others are told there is nothing. */
function refuse(response: ServerResponse, request: IncomingMessage): true {
  const known = request.headers.authorization !== undefined;
  response.writeHead(known ? 403 : 401, known ? {} : { 'www-authenticate': 'Basic realm="GitHub"' });
  response.end(known ? 'Write access to repository not granted.\n' : 'Repository not found.\n');
  request.resume();
  return true;
}

interface GitRequest {
  readonly repository: Repository;
  readonly url: URL;
  readonly service: string;
}

/** CGI: the request on stdin and in the environment, headers and body on stdout. */
function runBackend(request: IncomingMessage, response: ServerResponse, at: GitRequest): Promise<void> {
  const { repository, url, service } = at;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: dirname(repository.path),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
      PATH_INFO: `${repository.path.slice(dirname(repository.path).length)}/${service}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  return passOn(child.stdout, response);
}

async function passOn(output: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0);
  let inBody = false;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    if (inBody) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    inBody = true;
  }
  if (!inBody) response.writeHead(500);
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', ...rest] = line.split(': ');
    if (name.toLowerCase() === 'status') status = Number.parseInt(rest.join(': '), 10);
    else response.setHeader(name, rest.join(': '));
  }
  response.writeHead(status);
}
