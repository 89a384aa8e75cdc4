/** A pull request that was opened while the App was down, on the stand-in for GitHub. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryStore } from '#adapters/memory/store.ts';
import { startApp } from '#app/server.ts';
import { at, PRIVATE_KEY, REGISTRATION, SECRET, type World, world } from '#test/peers/github/testing.ts';
import { appOptions, SILENT, until } from '#test/support/app.ts';
import { baseFiles } from '#test/support/line.ts';

test('an App that starts catches up on a pull request that was opened while it was down', async (t) => {
  const port = await freePort();
  const w = await world(t, { app: registration(port) });
  await w.push('main', textsOf(baseFiles()));
  const number = await w.open('better', { 'src/train.py': 'better()' });
  await w.github.idle();
  assert.deepEqual(await checksOf(w, number), []);
  const store = memoryStore();

  const app = await startApp(appOptions(REGISTRATION, { apiUrl: w.github.apiUrl, port }), {
    store: { ...store, close: async () => {} },
    artifacts: memoryArtifactStore(),
    log: SILENT,
  });
  t.after(() => app.close());
  await until(async () => (await checksOf(w, number)).length > 0);

  assert.deepEqual(await checksOf(w, number), ['mergeway: Waiting for training']);
  const events = (await store.inbox.recent(100)).map(({ event }) => event);
  assert.ok(events.includes('pull_request'));
  assert.ok(!events.includes('push'), 'pushes were missed too, and nobody listens to them');
});

function registration(port: number) {
  return {
    id: 77,
    slug: 'mergeway',
    privateKey: PRIVATE_KEY,
    webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
    webhookSecret: SECRET,
  };
}

/** Names and titles of the check runs of the pull request's head. */
async function checksOf(w: World, number: number): Promise<readonly string[]> {
  const { data: pull } = await w.as('ada').rest.pulls.get({ ...at, pull_number: number });
  const { data } = await w.as('ada').rest.checks.listForRef({ ...at, ref: pull.head.sha });
  return data.check_runs.map(({ name, output }) => `${name}: ${output.title}`);
}

function textsOf(files: Readonly<Record<string, string | Uint8Array>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, String(content)]));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
