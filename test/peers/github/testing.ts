// What the stand-in's own tests start from: a stand-in with an App, three people, one repository, and a clone to push from.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { Octokit } from '@octokit/rest';
import { ProbotOctokit } from 'probot';
import { importCommit } from './import-commit.ts';
import { type CreatedRepository, type GitHub, type GitHubOptions, startGitHub } from './server.ts';

const run = promisify(execFile);

export const SECRET = 'a secret of this test';
export const { privateKey: PRIVATE_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Who our App is, for an App that is started beside the stand-in. */
export const REGISTRATION = { appId: 77, privateKey: PRIVATE_KEY, webhookSecret: SECRET } as const;

/** A webhook as the receiver got it. */
export interface Received {
  readonly name: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly payload: Record<string, unknown> & { action?: string };
}

export interface World {
  readonly github: GitHub;
  readonly repository: CreatedRepository;
  readonly received: Received[];
  /** The status with which the receiver answers; 0 hangs up. */
  answer: number;
  /** Octokit for `ada` (write), `bob` (read) and `eve` (nothing). */
  readonly as: (login: 'ada' | 'bob' | 'eve') => Octokit;
  /** Octokit with any token. */
  readonly withToken: (token: string) => Octokit;
  /** Probot's client as the App's installation. */
  readonly asApp: () => Promise<ProbotOctokit>;
  /** Probot's client as the App itself, by JWT. */
  readonly asJwt: () => ProbotOctokit;
  /** Writes files on a branch (made from main when new), commits and pushes over HTTP as ada. Returns the commit. */
  readonly push: (branch: string, files: Readonly<Record<string, string>>) => Promise<string>;
  /** Pushes the files and opens a pull request for them; returns its number. */
  readonly open: (branch: string, files: Readonly<Record<string, string>>) => Promise<number>;
}

export const at = { owner: 'acme', repo: 'models' } as const;

/** A running stand-in; everything is gone when the test ends. */
export async function world(t: TestContext, options: Partial<GitHubOptions> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  const received: Received[] = [];
  const mutable = { answer: 202 };
  const { url: webhookUrl, close: closeReceiver } = await receiver(received, () => mutable.answer);
  const app = { id: 77, slug: 'mergeway', privateKey: PRIVATE_KEY, webhookUrl, webhookSecret: SECRET };
  const users = ['ada', 'bob', 'eve'].map((login) => ({ login, token: `token-of-${login}` }));
  const github = await startGitHub({
    folder,
    app,
    users,
    actionsCheckout: join(import.meta.dirname, '../../..'),
    checkAnswers: true,
    ...options,
  });
  t.after(async () => {
    await github.close();
    await closeReceiver();
    await rm(folder, { recursive: true, force: true });
  });
  const collaborators = { ada: 'write', bob: 'read' } as const;
  const repository = await github.createRepository({ owner: at.owner, name: at.repo, collaborators });
  await importCommit(repository.gitUrl, {
    branch: 'main',
    files: { 'README.md': 'models\n' },
    message: 'Change README.md',
  });
  await github.pushed({ repository: repository.fullName, by: 'ada' });
  const push = await pusher(repository, join(folder, 'clone'));
  const withToken = (auth: string) => new Octokit({ baseUrl: github.apiUrl, log: QUIET, auth });
  const as = (login: string) => withToken(`token-of-${login}`);
  return Object.assign(mutable, {
    github,
    repository,
    received,
    as,
    withToken,
    push,
    asJwt: () => appClient(github),
    asApp: async () => {
      const { data } = await appClient(github).rest.apps.getRepoInstallation(at);
      return appClient(github, data.id);
    },
    open: async (branch: string, files: Readonly<Record<string, string>>) => {
      await push(branch, files);
      const { data } = await as('ada').rest.pulls.create({
        ...at,
        head: branch,
        base: 'main',
        title: `Change ${branch}`,
      });
      return data.number;
    },
  });
}

const quiet = () => undefined;
/** What the stand-in refuses is the test's business. */
const QUIET = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet };

/** Without an installation it speaks for the App itself. */
function appClient(github: GitHub, installationId?: number): ProbotOctokit {
  const auth = { appId: 77, privateKey: PRIVATE_KEY, ...(installationId && { installationId }) };
  const calm = { throttle: { enabled: false }, retry: { enabled: false } };
  return new ProbotOctokit({ baseUrl: github.apiUrl, log: QUIET, auth, ...calm } as object);
}

async function pusher(repository: CreatedRepository, clone: string): Promise<World['push']> {
  const remote = repository.cloneUrl.replace('http://', 'http://ada:token-of-ada@');
  const identity = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' };
  const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  const env = { PATH: process.env.PATH, HOME: clone, GIT_CONFIG_NOSYSTEM: '1', ...identity, ...committer };
  const shell = async (script: string, ...args: readonly string[]) =>
    (await run('sh', ['-ec', script, 'sh', ...args], { cwd: clone, env })).stdout.trim();
  await mkdir(clone, { recursive: true });
  return async (branch, files) => {
    await shell(CHECKOUT, branch, remote);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    }
    return shell(PUSH, branch, `Change ${Object.keys(files).join(', ')}`);
  };
}

/** The branch as it is on the stand-in, else a new one from its main. */
const CHECKOUT = `if [ ! -e .git ]; then
  git init --quiet --template=
  git remote add origin "$2"
  git config maintenance.auto false
fi
git fetch --quiet origin
start=$(git rev-parse --verify --quiet "origin/$1" || echo origin/main)
git checkout --quiet --force -B "$1" "$start"`;

const PUSH = `git add --all
git commit --quiet --allow-empty --message "$2"
git push --quiet origin "HEAD:refs/heads/$1"
git rev-parse HEAD`;

async function receiver(received: Received[], answer: () => number) {
  const server = createServer(async (request, response) => {
    const body = (await Array.fromAsync(request)).join('');
    if (answer() === 0) return void request.socket.destroy();
    const name = String(request.headers['x-github-event']);
    received.push({ name, headers: request.headers, body, payload: JSON.parse(body) as Received['payload'] });
    response.writeHead(answer()).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, close };
}

/** The status and message of a refusal. */
export async function refusal(request: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await request;
  } catch (error) {
    const { status, response } = error as { status: number; response?: { data: { message: string } } };
    return { status, message: response?.data.message ?? String(error) };
  }
  throw new Error('the request was not refused');
}

/** The one run so far, with its jobs. */
export async function onlyRun(w: World) {
  const { data } = await w.as('ada').rest.actions.listWorkflowRunsForRepo(at);
  const [run, ...others] = data.workflow_runs;
  if (!run || others.length > 0) throw new Error(`expected one run, found ${data.total_count}`);
  const jobs = await w.as('ada').rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id });
  return { run, jobs: jobs.data.jobs };
}

/** Every log, for the message of a failed assertion. */
export async function logs(w: World): Promise<string> {
  const { jobs } = await onlyRun(w);
  const texts = jobs.map(({ id }) =>
    w.as('ada').rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id }),
  );
  return (await Promise.all(texts)).map(({ data }) => String(data)).join('\n');
}

/** A workflow of one job on pull requests, with these steps. */
export function workflow(steps: string, more = ''): Record<string, string> {
  const text = `name: One\non: pull_request\njobs:\n  job:\n    runs-on: ubuntu-latest\n${more}    steps:\n${steps}`;
  return { '.github/workflows/one.yml': text };
}
