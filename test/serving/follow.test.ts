/** A server without the App: what `promote` writes into the tags is what it serves, and nothing else. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import type { Behind } from '#core/flows/serve-production.ts';
import { promoteMerge } from '#core/flows/promote.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import { readTagNote, writeTagNote } from '#core/ledger/tag-note.ts';
import type { ModelVersion } from '#core/ports/model-registry.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { messageWithDigest } from '#core/registry/gto-state.ts';
import { type Follower, followProduction } from '#serving/follow.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { adding } from '#test/support/function-models.ts';
import { baseFiles, modelYaml } from '#test/support/line.ts';
import { rows, type TestServer, type TestServerOptions, testServer } from '#test/support/serving.ts';

test('what was promoted is served by the settings of its own commit', async (t) => {
  const { server, promote, look } = await world(t);

  await promote('one', {
    'models/credit/model.yaml': modelYaml().replace('label: defaulted', 'label: late'),
  });
  await look();
  const first = labelOf(server);
  await promote('two');
  await look();

  assert.deepEqual([first, labelOf(server)], ['late', 'defaulted']);
  const { status, version, body } = await server.infer('credit', rows(1));
  assert.deepEqual([status, version, body.outputs?.[0]?.data], [200, 'v0.0.2', [3]]);
  assert.deepEqual(await ready(server), { status: 200, behind: undefined });
});

test('twenty promotions under load lose no request, and the last one serves', async (t) => {
  const { server, promote, look } = await world(t);
  await promote('one');
  await look();

  let promoting = true;
  const statuses: number[] = [];
  const versions = new Set<string | null>();
  const load = async () => {
    while (promoting) {
      const { status, version } = await server.infer('credit', rows(1));
      statuses.push(status);
      versions.add(version);
    }
  };
  const promotions = async () => {
    for (let i = 0; i < 20; i++) {
      await promote(i % 2 === 0 ? 'two' : 'one', { 'src/train.py': `train(${i})` });
      await look();
      await server.infer('credit', rows(1));
    }
    promoting = false;
  };
  await Promise.all([promotions(), ...Array.from({ length: 8 }, load)]);

  assert.ok(statuses.length > 20, `${statuses.length} requests`);
  assert.deepEqual(
    statuses.filter((status) => status !== 200),
    [],
  );
  assert.ok(versions.size > 5, `${versions.size} versions were seen`);
  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.21');
});

test('a version whose bytes are missing leaves the present one serving, says why, and serves once they are there', async (t) => {
  const { server, promote, look, said } = await world(t);
  await promote('one');
  await look();

  await promote('two', {}, { stored: false });
  await look();
  await look();

  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
  const { status, behind } = await ready(server);
  assert.equal(status, 200);
  assert.deepEqual(
    behind?.map(({ model, version, code }) => [model, version, code]),
    [['credit', 'v0.0.2', 'MW_TRAFFIC_REFUSED']],
  );
  assert.match(behind?.[0]?.reason ?? '', /credit can not serve sha256:.*the store in memory has no sha256:/);
  assert.equal(said('what the tags say is not served; what serves now goes on').length, 1);

  await server.put(Buffer.from('two'));
  await look();
  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.2');
  assert.deepEqual(await ready(server), { status: 200, behind: undefined });
});

test('a first version whose bytes are missing is there, and not ready', async (t) => {
  const { server, promote, look } = await world(t);

  await promote('one', {}, { stored: false });
  await look();

  assert.equal((await server.infer('credit', rows(1))).status, 503);
  const { status, behind } = await ready(server);
  assert.deepEqual([status, behind?.length], [503, 1]);
});

test('bytes that no model is made of leave the present one serving', async (t) => {
  const { server, promote, look } = await world(t);
  await promote('one');
  await promote('junk');
  await look();
  const nothing = await server.infer('credit', rows(1));
  await promote('two');
  await look();

  assert.equal(nothing.status, 503);
  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.3');
});

test('a version whose commit has no settings leaves the present one serving', async (t) => {
  const { server, promote, look } = await world(t);
  await promote('one');
  await look();

  await promote('two', { 'models/credit/model.yaml': 'name: [' });
  await look();

  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
  assert.deepEqual(
    (await ready(server)).behind?.map(({ version, code }) => [version, code]),
    [['v0.0.2', 'MW_CONFIG_INVALID']],
  );
});

test('production moved back by hand is followed, and the log says that it was by hand', async (t) => {
  const { server, promote, look, tag, said } = await world(t);
  const first = await promote('one');
  await promote('two', { 'src/train.py': 'train(2)' });
  await look();

  await tag({ name: 'credit#production#9', commit: first.commit, message: 'back to what worked' });
  await look();

  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
  assert.deepEqual(await ready(server), { status: 200, behind: undefined });
  assert.deepEqual(
    said('serving what the tags say').map(({ version, byHand }) => [version, byHand]),
    [
      ['v0.0.2', false],
      ['v0.0.1', true],
    ],
  );
});

test('a promotion waits for features that were never materialised; the way back by hand does not', async (t) => {
  let unfilled: readonly string[] = [];
  const { server, promote, look, tag } = await world(t, {
    lookupFor: (service) => createLookup(service, memoryOnlineStore()),
    unfilled: async () => unfilled,
  });
  const versions: (string | null)[] = [];
  const ask = async () => void versions.push((await server.infer('credit', rows(1))).version);
  const first = await promote('one', WITH_FEATURES);
  await look();
  await ask();

  unfilled = ['past'];
  await promote('two', WITH_FEATURES);
  await look();
  await ask();
  const { behind } = await ready(server);
  unfilled = [];
  await look();
  await ask();
  unfilled = ['past'];
  await tag({ name: 'credit#production#9', commit: first.commit, message: 'back' });
  await look();
  await ask();

  assert.deepEqual(versions, ['v0.0.1', 'v0.0.1', 'v0.0.2', 'v0.0.1']);
  assert.match(
    behind?.[0]?.reason ?? '',
    /credit v0\.0\.2 needs features of past, which were never materialised/,
  );
});

test('production that was taken away leaves what serves, and says so', async (t) => {
  const { server, promote, look, tag } = await world(t);
  const first = await promote('one');
  await look();

  await tag({ name: 'credit#production!#9', commit: first.commit, message: 'gone' });
  await look();

  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
  assert.match(
    (await ready(server)).behind?.[0]?.reason ?? '',
    /no version of credit holds production any more/,
  );
});

for (const { name, hostile, code } of [
  {
    name: 'a version with a digest of its own',
    hostile: async ({ evil, commit, tag }: Hostile) => {
      await tag({ name: 'credit@v6.6.6', commit, message: messageWithDigest('mine', evil) });
      await tag({ name: 'credit#production#66', commit, message: 'mine' });
    },
    code: 'MW_VERSION_UNPROVEN',
  },
  {
    name: 'a version that no digest is known of',
    hostile: async ({ commit, tag }: Hostile) => {
      await tag({ name: 'credit@v6.6.6', commit, message: 'mine' });
      await tag({ name: 'credit#production#66', commit, message: 'mine' });
    },
    code: 'MW_VERSION_UNPROVEN',
  },
  {
    name: 'an entry of the ledger that was copied and changed',
    hostile: async ({ evil, commit, tag, stageMessage }: Hostile) => {
      const entry = readTagNote(stageMessage) ?? assert.fail();
      const forged = { ...entry, id: 'mine', sequence: 1, version: 'v6.6.6', digest: evil, commit };
      await tag({ name: 'credit@v6.6.6', commit, message: messageWithDigest('mine', evil) });
      await tag({ name: 'credit#production#66', commit, message: writeTagNote(forged) });
    },
    code: 'MW_VERSION_UNPROVEN',
  },
]) {
  test(`a hostile tag with ${name} moves nothing`, async (t) => {
    const { server, source, promote, look, tag, tags } = await world(t);
    await promote('one');
    await look();
    const commit = source.commit(baseFiles({ 'src/train.py': 'evil()' }));
    const evil = await server.put(Buffer.from('two'));
    const stage = (await tags.list()).find(({ name }) => name.startsWith('credit#production'));

    await hostile({ evil, commit, tag, stageMessage: stage?.message ?? '' });
    await look();

    assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
    const { status, behind } = await ready(server);
    assert.deepEqual([status, behind?.[0]?.version, behind?.[0]?.code], [200, 'v6.6.6', code]);
  });
}

test('artifacts of other tools, and names that no model can have, neither serve nor make the server unready', async (t) => {
  const { server, source, promote, look, tag } = await world(t);
  await promote('one');
  const commit = source.commit(baseFiles());
  const evil = await server.put(Buffer.from('two'));
  await tag({ name: 'prices@v1.0.0', commit, message: 'a table' });
  await tag({ name: 'prices#production#1', commit, message: 'a table' });
  await tag({ name: '../state=x@v1.0.0', commit, message: messageWithDigest('mine', evil) });
  await tag({ name: '../state=x#production#1', commit, message: 'mine' });

  await look();

  assert.equal((await server.infer('credit', rows(1))).status, 200);
  const { status, behind } = await ready(server);
  assert.equal(status, 200);
  assert.deepEqual(
    behind?.map(({ model, code }) => [model, code]),
    [['../state:x', 'MW_VERSION_UNPROVEN']],
  );
  assert.deepEqual(
    server.host.models().map(({ name }) => name),
    ['credit'],
  );
});

test('a repository where nothing was promoted leaves the server without a model, and not ready', async (t) => {
  const { server, look } = await world(t);

  await look();

  const { status, behind } = await ready(server);
  assert.equal(status, 503);
  assert.match(behind?.[0]?.reason ?? '', /no model of the repository holds production/);
});

test('tags that can not be read leave what serves', async (t) => {
  const { server, promote, look, breakTags } = await world(t);
  await promote('one');
  await look();

  breakTags();
  await look();

  assert.equal((await server.infer('credit', rows(1))).status, 200);
  assert.deepEqual((await ready(server)).behind, [{ code: 'MW_GIT_FAILED', reason: 'no route to origin' }]);
});

test('a restarted server goes on with its champion where the tags can not be read', async (t) => {
  const options = { state: await temporaryFolder(t), store: memoryArtifactStore() };
  const first = await world(t, options);
  await first.promote('one');
  await first.look();
  await first.server.close();

  const second = await world(t, options);
  second.breakTags();
  await second.look();

  assert.equal((await second.server.infer('credit', rows(1))).version, 'v0.0.1');
});

test('a follower that was ended moves nothing', async (t) => {
  const { server, promote, look, follower } = await world(t);
  await promote('one');
  await look();
  await promote('two', { 'src/train.py': 'train(2)' });

  await follower.end();
  await look();

  assert.equal((await server.infer('credit', rows(1))).version, 'v0.0.1');
});

const WITH_FEATURES = {
  'models/credit/model.yaml': `${modelYaml().replace(
    '  predict: {output: probabilities}',
    '  time: at\n  predict: {output: y}',
  )}features: f.yaml#v1\n`,
  'f.yaml': `
entities: [{name: person, join_keys: [person]}]
feature_views: [{name: past, entities: [person], source: {path: past.parquet, timestamp_field: at}, schema: [{name: x, dtype: Float64}]}]
feature_services: [{name: v1, features: [past]}]
`,
};

interface Hostile {
  readonly evil: Digest;
  readonly commit: string;
  readonly tag: World['tag'];
  /** Message of the genuine tag that moved production. */
  readonly stageMessage: string;
}

interface World {
  readonly server: TestServer;
  readonly source: ReturnType<typeof memorySourceTree>;
  readonly tags: ReturnType<typeof memoryTags>;
  readonly follower: Follower;
  /** Fields that the follower logged a message with. */
  said(message: string): readonly Readonly<Record<string, unknown>>[];
  look(): Promise<void>;
  /** Commits files over the base, stores the model of that name, and promotes it as `mergeway promote` does. */
  promote(
    model: string,
    files?: Readonly<Record<string, string>>,
    options?: { readonly stored: boolean },
  ): Promise<ModelVersion>;
  /** A tag that somebody makes by hand, later than all others. */
  tag(tag: { readonly name: string; readonly commit: string; readonly message: string }): Promise<void>;
  /** From now on the tags can not be read. */
  breakTags(): void;
}

async function world(t: TestContext, options: TestServerOptions = {}): Promise<World> {
  const tags = memoryTags();
  const source = memorySourceTree();
  const artifacts = options.store ?? memoryArtifactStore();
  const clock = memoryClock(0);
  const told: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  let broken = false;
  let follower: Follower | undefined;
  const server = await testServer(t, {
    backend: memoryModelBackend({ one: adding(1), two: adding(2) }),
    ...options,
    store: artifacts,
    followerOf(host) {
      const list = async () => {
        if (broken) throw new MergewayError('MW_GIT_FAILED', 'no route to origin');
        return tags.list();
      };
      follower = followProduction(
        { tags: { ...tags, list }, source, artifacts, server: host },
        (_level, message, fields = {}) => void told.push({ message, fields }),
      );
      return follower;
    },
  });
  const followed = follower ?? assert.fail();
  const ports = { registry: gtoRegistry(tags), ledger: tagLedger(tags), clock };

  return {
    server,
    source,
    tags,
    follower: followed,
    said: (message) => told.filter((one) => one.message === message).map(({ fields }) => fields),
    look: () => followed.look(),
    async promote(model, files = {}, { stored } = { stored: true }) {
      const commit = source.commit(baseFiles(files));
      const bytes = Buffer.from(model);
      const digest = stored ? await server.put(bytes) : digestOf(bytes);
      const merged = { model: 'credit', digest, commit, actor: 'ada', evidence: [], reason: 'merged' };
      return (await promoteMerge(ports, merged, { rollout: false })).version;
    },
    async tag(tag) {
      await tags.create({ ...tag, at: (1 + (await tags.list()).length) * 60_000 });
    },
    breakTags() {
      broken = true;
    },
  };
}

async function ready({
  url,
}: TestServer): Promise<{ status: number; behind: readonly Behind[] | undefined }> {
  const response = await fetch(`${url}/v2/health/ready`);
  const { behind } = (await response.json()) as { behind?: readonly Behind[] };
  return { status: response.status, behind };
}

function labelOf({ host }: TestServer): string | undefined {
  return host.model('credit').versions()[0]?.prepared?.settings.label;
}
