/** The stand-in for GitHub with one repository `acme/risk`, and clients that speak for its people and for our App. */

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type GitHubClient, githubToken } from '#adapters/github/client.ts';
import { importCommit } from '#test/peers/github/import-commit.ts';
import { type GitHub, startGitHub } from '#test/peers/github/server.ts';
import { temporaryFolder } from './folder.ts';
import { type Files, git } from './git.ts';

const APP_ID = 4711;
/** One key for all tests of a file: making one takes longer than a test. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const USER_AGENT = 'mergeway-test';
export const TOKENS = { ada: 'ghp_ada', grace: 'ghp_grace', rita: 'ghp_rita' } as const;

export interface GitHubFixture {
  readonly github: GitHub;
  /** Our App, with all permissions it asks for. */
  readonly app: GitHubClient;
  /** Who our App is on GitHub. */
  readonly login: string;
  /** A collaborator who may write. */
  readonly ada: GitHubClient;
  /** Another one. */
  readonly grace: GitHubClient;
  /** A collaborator who may only read. */
  readonly rita: GitHubClient;
  /** A new clone, removed after the test; `push` it to be heard of. */
  clone(): Promise<string>;
  /** Pushes a commit of exactly these files to the branch, on top of what was pushed last; the commit's id. */
  push(branch: string, files: Files, links?: Files): Promise<string>;
}

/** Starts it; everything is gone after the test. Requests that GitHub's description does not allow fail the test. */
export async function gitHub(t: TestContext): Promise<GitHubFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-github-'));
  const github = await startGitHub({
    folder,
    users: Object.entries(TOKENS).map(([login, token]) => ({ login, token })),
    actionsCheckout: process.cwd(),
    app: {
      id: APP_ID,
      slug: 'mergeway',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      webhookUrl: 'http://127.0.0.1:9/',
      webhookSecret: 'secret',
      events: [],
    },
  });
  t.after(async () => {
    await github.idle();
    await github.close();
    await rm(folder, { recursive: true, force: true });
    assert.deepEqual(github.violations, []);
  });
  const { gitUrl } = await github.createRepository({
    owner: 'acme',
    name: 'risk',
    collaborators: { ada: 'write', grace: 'write', rita: 'read' },
  });
  const client = (token: string) => githubToken({ token, baseUrl: github.apiUrl, userAgent: USER_AGENT });
  let pushed: string | undefined;

  return {
    github,
    login: 'mergeway[bot]',
    app: client(await installationToken(client(jwt(privateKey)))),
    ada: client(TOKENS.ada),
    grace: client(TOKENS.grace),
    rita: client(TOKENS.rita),
    async clone() {
      const folder = await temporaryFolder(t);
      await git(folder, 'clone', '--quiet', gitUrl, '.');
      return folder;
    },
    async push(branch, files, links = {}) {
      pushed = await importCommit(gitUrl, { branch, parent: pushed, files, links });
      await github.pushed({ repository: 'acme/risk', branch, by: 'ada' });
      return pushed;
    },
  };
}

async function installationToken(app: GitHubClient): Promise<string> {
  const { data: installations } = await app.request('GET /app/installations');
  const [installation] = installations as readonly { readonly id: number }[];
  const { data } = await app.request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: installation?.id,
  });
  return (data as { readonly token: string }).token;
}

function jwt(key: Parameters<typeof sign>[2]): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 5, exp: now + 300, iss: APP_ID })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
