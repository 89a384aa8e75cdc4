/** `mergeway report --cml` against an API that has a comment of CML's: whose it is counts, and on whichever page it stands. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '#test/support/folder.ts';

const MAIN = resolve(import.meta.dirname, '../../../cli/main.ts');
const MARK = '![](https://cml.dev/watermark.png#0123abc "CML watermark training")';

interface Written {
  readonly what: string;
  readonly body: string;
}

/** What the command wrote, on a pull request with these comments after a page full of others'. */
async function cml(
  t: TestContext,
  {
    words,
    comments = [],
    env = {},
  }: {
    readonly words: readonly string[];
    readonly comments?: readonly { readonly login: string; readonly body: string }[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<{ readonly written: readonly Written[]; readonly stdout: string; readonly stderr: string }> {
  const noise = Array.from({ length: 100 }, () => ({ login: 'ann', body: 'noise' }));
  const all = [...noise, ...comments].map(({ login, body }, index) => commentOf(index + 1, login, body));
  const { written, address } = await api(t, all);
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'report.md'), '# Report\n\n![plot](plot.png)');
  const { promise, resolve: done } = Promise.withResolvers<{ stdout: string; stderr: string }>();
  execFile(
    process.execPath,
    [MAIN, 'report', '--cml', ...words],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        GITHUB_API_URL: address,
        GITHUB_REPOSITORY: 'acme/risk',
        GITHUB_SHA: 'fedcba',
        GITHUB_TOKEN: 'hush',
        ...env,
      },
    },
    (_error, stdout, stderr) => done({ stdout, stderr }),
  );
  return { written, ...(await promise) };
}

/** GitHub, as far as comments go: a hundred on a page, and a token that is builder's. */
async function api(t: TestContext, comments: readonly unknown[]) {
  const written: Written[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    const text = (await request.toArray()).join('');
    response.setHeader('content-type', 'application/json');
    if (url.pathname === '/user') return response.end('{"login": "builder"}');
    if (request.method === 'GET') {
      const page = Number(url.searchParams.get('page') ?? '1');
      const next = `<${url.origin}${url.pathname}?per_page=100&page=2>; rel="next"`;
      if (page === 1 && comments.length > 100) response.setHeader('link', next);
      return response.end(JSON.stringify(comments.slice((page - 1) * 100, page * 100)));
    }
    written.push({ what: `${request.method} ${url.pathname}`, body: JSON.parse(text).body });
    response.statusCode = request.method === 'POST' ? 201 : 200;
    return response.end(JSON.stringify(commentOf(500, 'x', 'x')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { written, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function commentOf(id: number, login: string, body: string) {
  return { id, body, html_url: `https://github.test/${id}`, user: { login } };
}

const UPDATE = ['comment', 'update', '--target=pr/12', '--watermark-title=training', 'report.md'];

test('a comment that CML made is updated, whichever commit it was of, and on whichever page it stands', async (t) => {
  const { written, stdout, stderr } = await cml(t, {
    words: UPDATE,
    comments: [{ login: 'github-actions[bot]', body: `old\n\n${MARK}` }],
  });

  assert.deepEqual(written, [
    {
      what: 'PATCH /repos/acme/risk/issues/comments/101',
      body: '# Report\n\n![plot](plot.png)\n\n![](https://cml.dev/watermark.png#fedcba "CML watermark training")',
    },
  ]);
  assert.equal(stdout.trim(), 'https://github.test/500');
  assert.match(stderr, /GitHub will not show plot\.png/);
});

test("somebody else's comment with the watermark is left alone", async (t) => {
  const { written } = await cml(t, { words: UPDATE, comments: [{ login: 'mallory', body: MARK }] });

  assert.deepEqual(
    written.map(({ what }) => what),
    ['POST /repos/acme/risk/issues/12/comments'],
  );
});

test("with a person's token, the comments are that person's", async (t) => {
  const { written } = await cml(t, {
    words: UPDATE,
    comments: [{ login: 'builder', body: MARK }],
    env: { REPO_TOKEN: 'personal' },
  });

  assert.deepEqual(
    written.map(({ what }) => what),
    ['PATCH /repos/acme/risk/issues/comments/101'],
  );
});

test('without a file and without evidence there is nothing to post', async (t) => {
  const { written, stderr } = await cml(t, { words: UPDATE.slice(0, -1) });

  assert.deepEqual(written, []);
  assert.match(stderr, /MW_USAGE --cml: a Markdown file is missing, or --evidence/);
});
