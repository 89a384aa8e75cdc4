import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { canaryPlan } from '#test/contracts/traffic.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { addModel } from '#test/support/onnx.ts';
import { rows, testServer } from '#test/support/serving.ts';

test('a restarted server serves its champion; the canary stays away until a new step', async (t) => {
  const options = { state: await temporaryFolder(t), store: memoryArtifactStore() };
  const first = await testServer(t, options);
  const digests = { champion: await first.put(addModel(1)), canary: await first.put(addModel(2)) };
  await first.traffic.apply('credit', canaryPlan(digests));
  await first.close();

  const second = await testServer(t, options);
  const restored = await second.traffic.read('credit');
  const renewed = await second.traffic.renew('credit', 'r/0/0', 10_000);
  await second.traffic.apply('credit', canaryPlan(digests));
  const sameStep = await second.infer('credit', rows(1));
  await second.traffic.apply('credit', canaryPlan(digests, { step: 'r/0/1' }));
  const newStep = await second.infer('credit', rows(1));

  assert.equal(restored.champion, digests.champion);
  assert.equal(restored.canary, undefined);
  assert.equal(restored.lapsed, true);
  assert.equal(renewed, false);
  assert.deepEqual([sameStep.version, newStep.version], ['v1', 'v2']);
});

test('a champion that could not be restored is served once its bytes are back and its plan comes again', async (t) => {
  const state = await temporaryFolder(t);
  const first = await testServer(t, { state });
  const plan = { champion: await first.put(addModel(1)), championVersion: 'v1' };
  await first.traffic.apply('credit', plan);
  await first.close();
  const second = await testServer(t, { state });
  const before = await second.infer('credit', rows(1));

  await second.put(addModel(1));
  await second.traffic.apply('credit', plan);

  const after = await second.infer('credit', rows(1));
  assert.deepEqual([before.status, after.status], [503, 200]);
});

test('a refused plan leaves the state folder as it was', async (t) => {
  const state = await temporaryFolder(t);
  const server = await testServer(t, { state });
  const champion = await server.put(addModel(1));
  await server.traffic.apply('credit', { champion, championVersion: 'v1' });
  const before = await readFile(join(state, 'credit.json'), 'utf8');
  const junk = await server.put(Buffer.from('no model'));

  await assert.rejects(server.traffic.apply('credit', { champion: junk, championVersion: 'v2' }), {
    code: 'MW_TRAFFIC_REFUSED',
    message: /can not serve sha256:/,
  });

  assert.deepEqual((await readdir(state)).sort(), ['credit.json', 'server.lock']);
  assert.equal(await readFile(join(state, 'credit.json'), 'utf8'), before);
});

test('a half-written plan is named in the log, its model is not ready, and the other models are served', async (t) => {
  const state = await temporaryFolder(t);
  const store = memoryArtifactStore();
  const first = await testServer(t, { state, store });
  await first.traffic.apply('credit', { champion: await first.put(addModel(1)), championVersion: 'v1' });
  await first.close();
  await writeFile(join(state, 'churn.json'), '{"champion": "sha');
  await writeFile(join(state, 'notes.txt'), 'mine');

  const second = await testServer(t, { state, store });

  const statuses = [await second.infer('credit', rows(1)), await second.infer('churn', rows(1))];
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [200, 503],
  );
  assert.equal((await fetch(`${second.url}/v2/health/ready`)).status, 503);
  assert.ok(second.logged.some((line) => line.startsWith('state file is no traffic plan')));

  await second.traffic.apply('churn', { champion: await second.put(addModel(2)), championVersion: 'v1' });
  assert.equal((await second.infer('churn', rows(1))).status, 200);
  assert.equal((await fetch(`${second.url}/v2/health/ready`)).status, 200);
});

test('a plan that can not be saved is not served', async (t) => {
  const state = await temporaryFolder(t);
  const server = await testServer(t, { state });
  const champion = await server.put(addModel(1));
  await server.traffic.apply('other', { champion, championVersion: 'v1' });
  await rm(state, { recursive: true });

  await assert.rejects(server.traffic.apply('credit', { champion, championVersion: 'v1' }), {
    message: /credit\.json can not be written/,
  });

  assert.equal((await server.infer('credit', rows(1))).status, 404);
  assert.equal((await server.infer('other', rows(1))).status, 200);
});

test('a second server is refused the state folder of a living one, and gets it afterwards', async (t) => {
  const state = await temporaryFolder(t);
  const first = await testServer(t, { state });

  await assert.rejects(testServer(t, { state }), {
    code: 'MW_STATE_LOCKED',
    message: new RegExp(`server\\.lock is held by process ${process.pid} on `),
  });

  await first.close();
  const second = await testServer(t, { state });
  assert.equal(second.host.ready, true);
});
