import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { canaryPlan } from '#test/contracts/traffic.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { addModel, lookupModel } from '#test/support/onnx.ts';
import { keys, rows, testServer } from '#test/support/serving.ts';

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

test('server metadata is at /v2 with and without the slash', async (t) => {
  const { url } = await testServer(t);

  const [plain, slashed] = [await get(`${url}/v2`), await get(`${url}/v2/`)];

  assert.deepEqual(plain, slashed);
  assert.deepEqual(Object.keys(plain.body as object), ['name', 'version', 'extensions']);
});

test('model metadata names versions, platform and tensors', async (t) => {
  const server = await testServer(t);
  const plan = canaryPlan({ champion: await server.put(addModel(1)), canary: await server.put(addModel(2)) });
  await server.traffic.apply('credit', plan);

  const { body } = await get(`${server.url}/v2/models/credit`);

  assert.deepEqual(body, {
    name: 'credit',
    versions: ['v1', 'v2'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  });
});

test('a version is ready while it is in traffic', async (t) => {
  const server = await testServer(t);
  const plan = canaryPlan({ champion: await server.put(addModel(1)), canary: await server.put(addModel(2)) });
  await server.traffic.apply('credit', plan);
  const status = async (path: string) => (await get(`${server.url}/v2/models/${path}/ready`)).status;

  const before = [await status('credit'), await status('credit/versions/v2')];
  server.clock.advance(10_000);
  const after = [await status('credit'), await status('credit/versions/v2')];

  assert.deepEqual(before, [200, 200]);
  assert.deepEqual(after, [200, 404]);
});

test('a server that drains is live and not ready', async (t) => {
  const server = await testServer(t, { files: { add: addModel(1) } });
  const ready = await get(`${server.url}/v2/health/ready`);

  server.host.drain();

  assert.deepEqual(ready, { status: 200, body: { live: true } });
  assert.deepEqual(await get(`${server.url}/v2/health/ready`), { status: 503, body: { live: false } });
  assert.deepEqual(await get(`${server.url}/v2/health/live`), { status: 200, body: { live: true } });
});

test('a champion that is gone from the store leaves its model not ready: 503, not 404', async (t) => {
  const state = await temporaryFolder(t);
  const plan = { champion: `sha256:${'0'.repeat(64)}`, championVersion: 'v1' };
  await writeFile(join(state, 'credit.json'), JSON.stringify(plan));

  const server = await testServer(t, { state });

  const statuses = [
    (await get(`${server.url}/v2/health/ready`)).status,
    (await get(`${server.url}/v2/models/credit`)).status,
    (await get(`${server.url}/v2/models/credit/ready`)).status,
    (await server.infer('credit', rows(1))).status,
  ];
  assert.deepEqual(statuses, [503, 503, 503, 503]);
});

test('metrics count requests by model, version, arm and status', async (t) => {
  const server = await testServer(t, { files: { table: lookupModel(10) } });
  await server.infer('table', keys(0));
  await server.infer('table', keys(9));

  const page = await (await fetch(`${server.url}/metrics`)).text();

  assert.match(page, /^mergeway_requests_total\{model="table",version="",arm="champion",code="200"\} 1$/m);
  assert.match(page, /^mergeway_request_errors_total\{model="table",version="",arm="champion"\} 1$/m);
  assert.match(page, /^mergeway_request_seconds_count\{model="table",version="",arm="champion"\} 2$/m);
});
