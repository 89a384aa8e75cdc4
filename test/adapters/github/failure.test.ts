import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { githubToken } from '#adapters/github/client.ts';
import { githubForge } from '#adapters/github/forge.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const REPOSITORY: Answer = { status: 200, body: { default_branch: 'main' } };

for (const { name, answers, code, message } of [
  {
    name: 'a missing permission, by the name that GitHub gives it',
    answers: [
      { status: 403, headers: { 'x-accepted-github-permissions': 'metadata=read' }, body: { message: 'no' } },
    ],
    code: 'MW_FORGE_FORBIDDEN',
    message: /it needs the permission metadata=read/,
  },
  {
    name: 'a token that is not accepted',
    answers: [{ status: 401, body: { message: 'Bad credentials' } }],
    code: 'MW_FORGE_FORBIDDEN',
    message: /Bad credentials.*the token is not accepted/,
  },
  { name: 'nothing there', answers: [{ status: 404 }], code: 'MW_FORGE_NOT_FOUND', message: /acme\/risk/ },
  { name: 'a refusal', answers: [{ status: 410 }], code: 'MW_FORGE_INVALID', message: /410/ },
  {
    name: 'an answer of another shape',
    answers: [{ status: 200, body: { default_branch: 7 } }],
    code: 'MW_FORGE_INVALID',
    message: /default_branch/,
  },
  {
    name: 'a page of a proxy',
    answers: [{ status: 200, body: '<html>' }],
    code: 'MW_FORGE_INVALID',
    message: /something else/,
  },
  {
    name: 'a limit that lasts',
    answers: [{ status: 429, headers: { 'retry-after': '3600' } }],
    code: 'MW_FORGE_LIMITED',
    message: /wait 3600 s/,
  },
  {
    name: 'a used up quota',
    answers: [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1300' } }],
    code: 'MW_FORGE_LIMITED',
    message: /wait 300 s/,
  },
  {
    name: 'an outage',
    answers: [{ status: 502 }, { status: 503 }, { status: 500 }],
    code: 'MW_FORGE_UNREACHABLE',
    message: /answered 500/,
  },
] as const) {
  test(`${name} is ${code}`, async (t) => {
    const { forge, asked } = await answering(t, answers);

    await assert.rejects(forge.defaultBranch(), { code, message });
    assert.equal(asked.length, answers.length);
  });
}

test('a short limit is waited for, as long as GitHub asks', async (t) => {
  const limit: Answer = {
    status: 403,
    headers: { 'retry-after': '7' },
    body: { message: 'You have exceeded a secondary rate limit' },
  };
  const { forge, pauses } = await answering(t, [limit, REPOSITORY]);

  assert.equal(await forge.defaultBranch(), 'main');
  assert.deepEqual(pauses, [7000]);
});

test('reading is tried again after an outage, writing is not', async (t) => {
  const reading = await answering(t, [{ status: 502 }, REPOSITORY]);
  const writing = await answering(t, [{ status: 502 }]);

  assert.equal(await reading.forge.defaultBranch(), 'main');
  await assert.rejects(writing.forge.comment(1, 'hello'), { code: 'MW_FORGE_UNREACHABLE' });
  assert.equal(writing.asked.length, 1);
});

test('a port where nobody listens is unreachable', async () => {
  const client = githubToken({ token: 'secret', baseUrl: 'http://127.0.0.1:9', userAgent: 'test' });
  const forge = githubForge(client, {
    owner: 'acme',
    repo: 'risk',
    login: 'x[bot]',
    pause: async () => undefined,
  });

  await assert.rejects(forge.defaultBranch(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_FORGE_UNREACHABLE');
    assert.ok(!error.message.includes('secret'));
    return true;
  });
});

test('every request names the version of the API and the token', async (t) => {
  const { forge, asked } = await answering(t, [REPOSITORY]);
  await forge.defaultBranch();

  assert.deepEqual(asked, ['GET /repos/acme/risk 2022-11-28 token secret']);
});

const ARTIFACT: Answer = {
  status: 200,
  body: { id: 5, name: 'mergeway-evidence', size_in_bytes: 3, expired: false },
};

test('the download goes to the storage without our token, and only once', async (t) => {
  const storage = await answering(t, [{ status: 200, body: 'zip' }]);
  const { forge } = await answering(t, [
    ARTIFACT,
    { status: 302, headers: { location: `${storage.url}/blob?sig=1` } },
  ]);

  const zip = await forge.downloadArtifact(5, 100);

  assert.equal(Buffer.from(zip).toString(), 'zip');
  assert.deepEqual(storage.asked, ['GET /blob?sig=1 - -']);
});

test('a download that grows beyond the limit is stopped, whatever its size was said to be', async (t) => {
  const storage = await answering(t, [{ status: 200, body: 'x'.repeat(5_000_000) }]);
  const { forge } = await answering(t, [ARTIFACT, { status: 302, headers: { location: storage.url } }]);

  await assert.rejects(forge.downloadArtifact(5, 100), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: /the limit is 100/,
  });
});

test('an artifact said to be too large is not asked for', async (t) => {
  const { forge, asked } = await answering(t, [ARTIFACT]);

  await assert.rejects(forge.downloadArtifact(5, 2), { code: 'MW_ARTIFACT_TOO_LARGE' });
  assert.equal(asked.length, 1);
});

for (const location of [
  'file:///etc/passwd',
  'http://storage.example.com/x',
  'http://notlocalhost/x',
  'nonsense',
  undefined,
]) {
  test(`a download is not followed to ${location}`, async (t) => {
    const redirect = { status: 302, ...(location !== undefined && { headers: { location } }) };
    const { forge } = await answering(t, [ARTIFACT, redirect]);

    await assert.rejects(forge.downloadArtifact(5, 100), { code: 'MW_FORGE_INVALID' });
  });
}

test('a second redirect is not followed', async (t) => {
  const storage = await answering(t, [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }]);
  const { forge } = await answering(t, [ARTIFACT, { status: 302, headers: { location: storage.url } }]);

  await assert.rejects(forge.downloadArtifact(5, 100), { code: 'MW_FORGE_UNREACHABLE' });
});

/** A server that gives these answers in order, and the forge that asks it. */
async function answering(t: TestContext, answers: readonly Answer[]) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    const { 'x-github-api-version': version = '-', authorization = '-' } = request.headers;
    asked.push(`${request.method} ${request.url} ${version} ${authorization}`);
    const { status, headers = {}, body = {} } = left.shift() ?? { status: 599 };
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = githubToken({ token: 'secret', baseUrl: url, userAgent: 'test' });
  const pause = async (ms: number) => pauses.push(ms);
  const forge = githubForge(client, {
    owner: 'acme',
    repo: 'risk',
    login: 'x[bot]',
    pause,
    now: () => 1_000_000,
  });
  return { url, forge, asked, pauses };
}
