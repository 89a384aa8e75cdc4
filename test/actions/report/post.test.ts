/** Posting a report as a workflow's job does: the pull request out of the event, the comment through the API, nothing where it may not. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '#test/support/folder.ts';

/** Posts one line, as `mergeway report --post` does: the toolkit reads the variables of its own process. */
const SCRIPT = `
import { postReport } from ${JSON.stringify(resolve(import.meta.dirname, '../../../actions/report/post.ts'))};
const io = { env: process.env, progress: { say: () => {} } };
const answer = await postReport('# Report', undefined, io).catch(({ code, message }) => ({ code, message }));
console.log(JSON.stringify({ answer }));
`;

interface Setting {
  readonly event?: string;
  /** What the API answers to a new comment. */
  readonly status?: number;
}

/** What posting came to, and the requests that GitHub got. */
async function post(t: TestContext, { event, status = 201 }: Setting) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers.authorization}`);
    response.setHeader('content-type', 'application/json');
    response.statusCode = request.method === 'POST' ? status : 200;
    response.end(
      request.method === 'POST'
        ? '{"id": 5, "html_url": "https://github.test/5", "body": "", "user": {"login": "github-actions[bot]"}}'
        : '[]',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  const folder = await temporaryFolder(t);
  if (event !== undefined) await writeFile(join(folder, 'event.json'), event);
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_REPOSITORY: 'acme/risk',
      GITHUB_TOKEN: 'hush',
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
    },
  });
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  await once(child, 'close');
  return { requests, answer: JSON.parse(stdout).answer };
}

test("the report becomes a comment on the event's pull request", async (t) => {
  const { requests, answer } = await post(t, { event: '{"pull_request": {"number": 12}}' });

  assert.equal(answer, 'https://github.test/5');
  assert.equal(requests.at(-1), 'POST /repos/acme/risk/issues/12/comments token hush');
});

test("a fork's token, which may not comment, is no failure", async (t) => {
  const { answer } = await post(t, { event: '{"pull_request": {"number": 12}}', status: 403 });

  assert.equal(answer, undefined);
});

for (const { name, event, message } of [
  { name: 'of a push', event: '{"ref": "main"}', message: /needs a pull request/ },
  { name: 'that is no JSON', event: '{', message: /which is no JSON/ },
  { name: 'that is not there', event: undefined, message: /which is no file/ },
]) {
  test(`an event ${name} is a usage error, and GitHub is asked nothing`, async (t) => {
    const { requests, answer } = await post(t, event === undefined ? {} : { event });

    assert.equal(answer.code, 'MW_USAGE');
    assert.match(answer.message, message);
    assert.deepEqual(requests, []);
  });
}
