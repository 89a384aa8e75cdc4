import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { folderPartStore } from '#adapters/folder-parts/part-store.ts';
import { gitAnnotatedTags } from '#adapters/git/annotated-tags.ts';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import { servingTraffic } from '#adapters/serving/traffic.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { onlineView } from '#core/features/online-view.ts';
import { serviceOf } from '#core/features/service.ts';
import { promoteMerge } from '#core/flows/promote.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import { parsePartName } from '#core/predictions/part-name.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { writeServingSettings } from '#core/wire/serving-settings.ts';
import { readAdminToken, startServing } from '#serving/main.ts';
import { settingsOf } from '#test/support/feature-server.ts';
import { commit as commitFiles, repository } from '#test/support/git.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { addModel, externalDataModel } from '#test/support/onnx.ts';

const BODY = '{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}';
const DEFINITIONS = `
entities: [{name: person, join_keys: [person]}]
feature_views: [{name: past, entities: [person], source: {path: past.parquet, timestamp_field: at}, schema: [{name: x, dtype: Float64}]}]
feature_services: [{name: v1, features: [past]}]
`;
const quiet = { port: 0, log: () => undefined };

for (const { name, options, says } of [
  { name: 'nothing to serve', options: {}, says: /nothing to serve/ },
  { name: 'a model name with a slash', options: { models: { 'a/b': 'x.onnx' } }, says: /--model a\/b/ },
  {
    name: 'a store without state',
    options: { store: 's', adminToken: 't' },
    says: /MERGEWAY_STORE\) needs --state/,
  },
  {
    name: 'an online store beside bare files',
    options: { models: { add: 'x.onnx' }, onlineStore: 'online' },
    says: /--online-store .* needs --store/,
  },
  {
    name: 'a log without state',
    options: { models: { add: 'x.onnx' }, predictionLog: { folder: 'log' } },
    says: /--prediction-log needs --state/,
  },
  {
    name: 'a log of a model whose name no part can have',
    options: { models: { Add_1: 'x.onnx' }, state: 't', predictionLog: { folder: 'log' } },
    says: /--model Add_1: a model that is logged/,
  },
  { name: 'a store without admin token', options: { store: 's', state: 't' }, says: /MERGEWAY_ADMIN_TOKEN/ },
  {
    name: 'a repository without store',
    options: { models: { add: 'x.onnx' }, repository: 'r' },
    says: /--repository needs --store/,
  },
  {
    name: 'both a repository and an App that say what serves',
    options: { store: 's', state: 't', repository: 'r', adminToken: 't' },
    says: /give one of them/,
  },
  {
    name: 'tags to follow and no repository',
    options: { store: 's', state: 't', adminToken: 't', followMs: 30_000 },
    says: /--follow and --fetch need --repository/,
  },
  {
    name: 'looks every 200 ms',
    options: { store: 's', repository: 'r', followMs: 200 },
    says: /--follow takes 1s to 24h, got 200 ms/,
  },
  {
    name: 'a log of a repository without state',
    options: { store: 's', repository: 'r', predictionLog: { folder: 'log' } },
    says: /--prediction-log needs --state/,
  },
]) {
  test(`a server with ${name} does not start, and says what to give`, async () => {
    await assert.rejects(startServing({ ...quiet, ...options }), { code: 'MW_USAGE', message: says });
  });
}

test('a model file that is missing or keeps data elsewhere is named before anything listens', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'm.onnx');
  await writeFile(path, externalDataModel('../secret'));

  await assert.rejects(startServing({ ...quiet, models: { m: join(folder, 'no.onnx') } }), {
    code: 'MW_MODEL_INVALID',
    message: /no\.onnx can not be read/,
  });
  await assert.rejects(startServing({ ...quiet, models: { m: path } }), { code: 'MW_MODEL_INVALID' });
});

test('from store and state: plan, restart, champion', async (t) => {
  const folder = await temporaryFolder(t);
  const store = join(folder, 'store');
  const about = { mediaType: 'application/onnx', annotations: {} };
  const champion = await ociLayoutStore(store).put(addModel(1), about);
  const options = { ...quiet, store, state: join(folder, 'state'), adminToken: 'of the test' };

  const first = await startServing(options);
  const traffic = servingTraffic({ url: first.url, token: 'of the test' });
  await traffic.apply('credit', { champion, championVersion: 'v1' });
  await first.close();
  const second = await startServing(options);
  t.after(second.close);

  assert.equal(await answer(second.url), 2);
});

test('from online store to parts: a version takes its features by key, and its predictions are a part at the end', async (t) => {
  const folder = await temporaryFolder(t);
  const definitions = parseFeatureDefinitions({ path: 'f.yaml', text: DEFINITIONS });
  await fillOnline(join(folder, 'online'));
  const store = ociLayoutStore(join(folder, 'store'));
  const about = { mediaType: 'application/octet-stream', annotations: {} };
  const settings = settingsOf({
    model: 'credit',
    predict: { output: 'y' },
    features: { service: 'v1', definitions },
  });
  const server = await startServing({
    ...quiet,
    store: join(folder, 'store'),
    state: join(folder, 'state'),
    adminToken: 'of the test',
    onlineStore: join(folder, 'online'),
    predictionLog: { folder: join(folder, 'log') },
  });
  await servingTraffic({ url: server.url, token: 'of the test' }).apply('credit', {
    champion: await store.put(addModel(1), about),
    championVersion: 'v1',
    championSettings: await store.put(writeServingSettings(settings), about),
  });

  const answered = await answerByKey(server.url);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  await server.close();

  assert.equal(answered, 42);
  assert.match(metrics, /mergeway_predictions_logged_total\{model="credit"\} 1/);
  const [part, ...others] = await folderPartStore(join(folder, 'log')).list('predictions/credit/');
  assert.deepEqual([parsePartName(part?.name ?? '')?.sequence, others], [1, []]);
});

test('from tags to answers: what was promoted is served by key, and the next promotion is seen by --follow', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { root, store, onlineStore, commit, promote } = await taggedRepository(t);
  await promote(addModel(1), commit);
  const server = await startServing({ ...quiet, repository: root, store, onlineStore, followMs: 30_000 });
  t.after(server.close);
  const first = await answerByKey(server.url);

  await promote(addModel(2), await commitFiles(root, { ...TAGGED, 'src/train.py': 'train(2)' }));
  t.mock.timers.tick(30_000);
  let second = await answerByKey(server.url);
  while (second === first) {
    const { behind } = (await (await fetch(`${server.url}/v2/health/ready`)).json()) as { behind?: unknown };
    assert.equal(behind, undefined);
    second = await answerByKey(server.url);
  }

  assert.deepEqual([first, second], [42, 43]);
  const admin = await fetch(`${server.url}/admin/models/credit/traffic`);
  assert.equal(admin.status, 404);
});

test('a folder that is no repository is named before anything listens', async (t) => {
  const folder = await temporaryFolder(t);

  await assert.rejects(startServing({ ...quiet, store: join(folder, 'store'), repository: folder }), {
    code: 'MW_REPOSITORY_MISSING',
    message: /--repository .* is no git repository with a commit/,
  });
});

test('a server whose log can not be begun does not start, and leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const options = { ...quiet, models: { add: join(folder, 'add.onnx') }, state: join(folder, 'state') };
  await writeFile(options.models.add, addModel(1));
  await mkdir(options.state);
  await writeFile(join(options.state, 'log'), 'in the way');

  await assert.rejects(startServing({ ...options, predictionLog: { folder: join(folder, 'log') } }), {
    code: 'MW_PART_STORE',
  });

  const next = await startServing(options);
  await next.close();
});

test('SIGTERM ends the process with 0 after the request in flight is answered', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'add.onnx');
  await writeFile(path, addModel(1));
  const { url, ended, stop } = await spawnServer(t, path);

  const sending = request(`${url}/v2/models/credit/infer`, {
    method: 'POST',
    headers: { expect: '100-continue', 'content-length': BODY.length },
  });
  sending.flushHeaders();
  await once(sending, 'continue');
  stop();
  await refusal(url);
  sending.end(BODY);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];

  assert.equal(response.statusCode, 200);
  assert.deepEqual(await ended, [0, null]);
});

test('the admin token is the file’s first line, else the environment’s, never nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'token');
  await writeFile(file, ' secret \nsecond line');
  await writeFile(join(folder, 'empty'), '\n');

  assert.equal(await readAdminToken(file, {}), 'secret');
  assert.equal(await readAdminToken(undefined, { MERGEWAY_ADMIN_TOKEN: 'other' }), 'other');
  assert.equal(await readAdminToken(undefined, { MERGEWAY_ADMIN_TOKEN: ' ' }), undefined);
  await assert.rejects(readAdminToken(join(folder, 'empty'), {}), { code: 'MW_USAGE', message: /is empty/ });
  await assert.rejects(readAdminToken(join(folder, 'no'), {}), {
    code: 'MW_USAGE',
    message: /can not be read/,
  });
});

test('a server that can not listen says on what, and leaves the state folder to the next', async (t) => {
  const folder = await temporaryFolder(t);
  const options = { ...quiet, store: join(folder, 'store'), adminToken: 'of the test' };
  const first = await startServing({ ...options, state: join(folder, 'one') });
  t.after(first.close);
  const taken = Number(new URL(first.url).port);

  await assert.rejects(startServing({ ...options, state: join(folder, 'two'), port: taken }), {
    code: 'MW_USAGE',
    message: new RegExp(`--port ${taken} --host 127.0.0.1 can not be listened on: .*EADDRINUSE`),
  });

  const second = await startServing({ ...options, state: join(folder, 'two') });
  await second.close();
});

test('a server after kill -9 takes the state folder up again', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'add.onnx');
  await writeFile(path, addModel(1));
  const state = join(folder, 'state');
  const killed = await spawnServer(t, path, state);
  await assert.rejects(startServing({ ...quiet, models: { credit: path }, state }), {
    code: 'MW_STATE_LOCKED',
  });
  killed.kill();
  await killed.ended;

  const next = await startServing({ ...quiet, models: { credit: path }, state });
  t.after(next.close);

  assert.equal(await answer(next.url), 2);
});

const TAGGED = {
  'models/credit/model.yaml': `name: credit
task: binary-classification
inputs: {code: ["src/**"], data: [data/train.lock]}
train: {command: python train.py}
evaluate: {data: data/holdout.lock, key: id, time: at, label: late, predict: {output: y}}
features: f.yaml#v1
`,
  'f.yaml': DEFINITIONS,
  'src/train.py': 'train()',
};

/** A repository with the model `credit` and one commit, a store, and an online store in which person 7 has an `x` of 41. */
async function taggedRepository(t: TestContext) {
  const root = await repository(t);
  const commit = await commitFiles(root, TAGGED);
  const beside = await temporaryFolder(t);
  const [store, onlineStore] = [join(beside, 'store'), join(beside, 'online')];
  await fillOnline(onlineStore);
  const tags = gitAnnotatedTags(root, { tagger: { name: 'ada', email: 'ada@example.com' } });
  const ports = { registry: gtoRegistry(tags), ledger: tagLedger(tags), clock: memoryClock(0) };

  async function promote(bytes: Uint8Array, at: string): Promise<void> {
    const about = { mediaType: 'application/onnx', annotations: {} };
    const digest = await ociLayoutStore(store).put(bytes, about);
    const merged = { model: 'credit', digest, commit: at, actor: 'ada', evidence: [], reason: 'merged' };
    await promoteMerge(ports, merged, { rollout: false });
  }

  return { root, store, onlineStore, commit, promote };
}

async function fillOnline(folder: string): Promise<void> {
  const [view] = serviceOf(parseFeatureDefinitions({ path: 'f.yaml', text: DEFINITIONS }), 'v1').views;
  const online = lmdbOnlineStore(folder);
  const past = onlineView(view ?? assert.fail());
  await online.write(past, [{ key: [7n], event: 0n, created: null, values: [41] }]);
  await online.advance(past, 0n);
  await online.close();
}

async function answerByKey(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v2/models/credit/infer`, {
    method: 'POST',
    body: '{"inputs":[{"name":"person","shape":[1],"datatype":"INT64","data":[7]}]}',
  });
  const { outputs } = (await response.json()) as { outputs: readonly { data: readonly number[] }[] };
  return outputs[0]?.data[0];
}

async function answer(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v2/models/credit/infer`, {
    method: 'POST',
    body: BODY,
  });
  const body = (await response.json()) as { outputs: readonly { data: readonly number[] }[] };
  return body.outputs[0]?.data[0];
}

/** Resolves when nobody accepts connections any more. */
async function refusal(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    try {
      await once(socket, 'connect');
    } catch {
      return;
    } finally {
      socket.destroy();
    }
  }
}

async function spawnServer(t: TestContext, model: string, state?: string) {
  const script = `
    import { serveUntilSignal } from '#serving/main.ts';
    await serveUntilSignal({ models: { credit: ${JSON.stringify(model)} }, state: ${JSON.stringify(state)}, port: 0 }, (url) => console.log(url));
  `;
  const server = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { url, ended, stop: () => server.kill('SIGTERM'), kill: () => server.kill('SIGKILL') };
}
