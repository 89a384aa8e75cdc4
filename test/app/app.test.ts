import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sign } from '@octokit/webhooks-methods';
import type { Log } from '#app/log.ts';
import type { RunningApp } from '#app/server.ts';
import type { Store } from '#core/ports/store.ts';
import { appOver } from '#test/support/app.ts';
import { type Line, memoryLine, NUMBER, REPOSITORY } from '#test/support/line.ts';

const SECRET = 'a secret of this test';
const lines: string[] = [];
const log: Log = {
  info: (message, fields) => lines.push(JSON.stringify({ message, ...fields })),
  warn: (message, fields) => lines.push(JSON.stringify({ message, ...fields })),
  error: (message, fields) => lines.push(JSON.stringify({ message, ...fields })),
};

let line: Line;
let store: Store;
let app: RunningApp;
let guids = 0;

before(async () => {
  line = memoryLine();
  store = line.workspace.store;
  app = await appOver(line, { log, webhookSecret: SECRET });
});
after(() => app.close());

test('a signed delivery is answered 202 and worked', async () => {
  const { head } = line.push({ 'src/train.py': 'better()' });

  const response = await deliver('pull_request', opened());
  await settled();

  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { accepted: 'new' });
  assert.equal(line.forge.check(head.sha, 'mergeway')?.title, 'Waiting for training');
  assert.deepEqual(await store.repositories.all(), [{ name: REPOSITORY, installation: 42 }]);
});

test('the same delivery again is answered 202 and has no second effect', async () => {
  line.push({ 'src/train.py': 'better still()' });
  await deliver('pull_request', opened(), { guid: 'twice' });
  await settled();
  const checks = line.forge.checks.length;

  const response = await deliver('pull_request', opened(), { guid: 'twice' });
  await settled();

  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { accepted: 'known' });
  assert.equal(line.forge.checks.length, checks);
});

test('a delivery with a wrong signature is refused with 401, and nothing of it is kept or logged', async () => {
  const filed = (await store.inbox.recent(100)).length;

  const response = await deliver('pull_request', { ...opened(), note: 'do-not-log-me' }, { secret: 'guess' });

  assert.equal(response.status, 401);
  assert.equal((await store.inbox.recent(100)).length, filed);
  assert.doesNotMatch(lines.join('\n'), /do-not-log-me/);
});

for (const { name, headers } of [
  { name: 'without a signature', headers: { 'x-hub-signature-256': '' } },
  { name: 'without a delivery id', headers: { 'x-github-delivery': '' } },
  { name: 'with an event name that is none', headers: { 'x-github-event': 'pull request;' } },
]) {
  test(`a delivery ${name} is refused with 400`, async () => {
    const response = await deliver('pull_request', opened(), { headers });

    assert.equal(response.status, 400);
  });
}

test('a body above 25 MB is refused with 413', async () => {
  const response = await fetch(`${app.url}/api/github/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: 'x'.repeat(25 * 1024 * 1024 + 1),
  });

  assert.equal(response.status, 413);
});

for (const { event, action } of [
  { event: 'star', action: 'created' },
  { event: 'push', action: undefined },
  { event: 'check_run', action: 'completed' },
  { event: 'workflow_run', action: 'requested' },
  { event: 'pull_request', action: ['opened'] },
]) {
  test(`${event} with the action ${action} is nobody's: answered 202 and not kept`, async () => {
    const response = await deliver(event, { ...place(), action }, { guid: `nobody-${event}` });

    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { accepted: 'not needed' });
    assert.equal(await isFiled(`nobody-${event}`), false);
  });
}

test('what nobody listens to must be signed too', async () => {
  const response = await deliver('star', { action: 'created' }, { secret: 'guess' });

  assert.equal(response.status, 401);
});

test('a payload that no handler understands is done, not failed', async () => {
  await deliver('pull_request', { ...place(), action: 'opened' }, { guid: 'odd' });
  await settled();

  const filed = (await store.inbox.recent(100)).find(({ guid }) => guid === 'odd');
  assert.equal(filed?.state, 'done');
});

test('a hook that sends forms is told to send JSON', async () => {
  const body = `payload=${encodeURIComponent(JSON.stringify(opened()))}`;

  const response = await deliver('pull_request', opened(), { body });

  assert.equal(response.status, 400);
  assert.match(await response.text(), /content type to application\/json/);
});

test('a delivery that keeps failing ends visible as dead, with its reason', async () => {
  await deliver('workflow_run', {
    ...place(),
    action: 'completed',
    workflow_run: { id: 123_456, path: '.github/workflows/mergeway-train.yml' },
  });
  await settled();

  const page = await (await fetch(app.url)).text();
  assert.match(page, /dead/);
  assert.match(page, /no workflow run 123456/);
});

test('a command by somebody who may write is seen and answered', async () => {
  line.forge.setPermission('rita', 'write');
  const id = line.forge.commentAs('rita', NUMBER, '/mergeway status');

  await deliver('issue_comment', commented(id, 'rita', '/mergeway status'));
  await settled();

  assert.deepEqual(line.forge.reactions.at(-1), { commentId: id, content: 'eyes' });
  assert.match(line.forge.comments.at(-1)?.body ?? '', /no model has a version yet/);
});

test('a command on an issue is obeyed too', async () => {
  line.forge.setPermission('rita', 'write');
  const id = line.forge.commentAs('rita', 12, '/mergeway status');
  const { issue: _, ...payload } = commented(id, 'rita', '/mergeway status');

  await deliver('issue_comment', { ...payload, issue: { number: 12 } });
  await settled();

  const reply = line.forge.comments.at(-1);
  assert.equal(reply?.number, 12);
  assert.match(reply?.body ?? '', /no model has a version yet/);
});

test("a bot's comment is not obeyed", async () => {
  const comments = line.forge.comments.length;

  await deliver('issue_comment', commented(1, 'dependabot[bot]', '/mergeway status', 'Bot'));
  await settled();

  assert.equal(line.forge.comments.length, comments);
});

test('health and readiness are answered', async () => {
  const [health, ready] = await Promise.all([fetch(`${app.url}/health`), fetch(`${app.url}/ready`)]);

  assert.deepEqual([health.status, ready.status], [200, 200]);
});

test('pages forbid every script and style but ours', async () => {
  const response = await fetch(app.url);

  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(await response.text(), /<script>|style="|onclick/);
});

test('the files that pages load are there', async () => {
  const page = await (await fetch(app.url)).text();
  const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);

  assert.ok(named.length >= 5, named.join());
  for (const path of [...named, '/assets/charts.js']) {
    assert.equal((await fetch(`${app.url}${path}`)).status, 200, path);
  }
});

test('a rollout that is not there is 404, on the page and for scripts', async () => {
  assert.equal((await fetch(`${app.url}/rollouts/nothing`)).status, 404);
  assert.equal((await fetch(`${app.url}/api/rollouts/nothing`)).status, 404);
});

test('a model that is not there is 404, on the page and for scripts', async () => {
  for (const path of ['acme/risk/nothing', 'acme/nothing/credit']) {
    assert.equal((await fetch(`${app.url}/models/${path}`)).status, 404, path);
    assert.equal((await fetch(`${app.url}/api/models/${path}`)).status, 404, path);
  }
});

function place() {
  return { repository: { full_name: REPOSITORY }, installation: { id: 42 } };
}

function opened() {
  return { ...place(), action: 'opened', pull_request: { number: NUMBER } };
}

function commented(id: number, login: string, body: string, type = 'User') {
  return {
    ...place(),
    action: 'created',
    issue: { number: NUMBER, pull_request: {} },
    comment: { id, body },
    sender: { login, type },
  };
}

async function deliver(
  event: string,
  payload: object,
  {
    guid = `guid-${guids++}`,
    secret = SECRET,
    headers = {},
    body = JSON.stringify(payload),
  }: {
    readonly body?: string;
    readonly guid?: string;
    readonly secret?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Response> {
  return fetch(`${app.url}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': '1',
      'x-hub-signature-256': await sign(secret, body),
      ...headers,
    },
    body,
  });
}

async function isFiled(guid: string): Promise<boolean> {
  return (await store.inbox.recent(100)).some((delivery) => delivery.guid === guid);
}

/** Until no delivery waits. */
async function settled(): Promise<void> {
  while ((await store.inbox.recent(100)).some(({ state }) => state === 'waiting')) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
