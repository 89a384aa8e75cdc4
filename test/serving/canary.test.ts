import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { armOf } from '#core/rollout/split.ts';
import { canaryPlan } from '#test/contracts/traffic.ts';
import { adding } from '#test/support/function-models.ts';
import { addModel, identityModel, lookupModel } from '#test/support/onnx.ts';
import { keys, rows, type TestServer, testServer } from '#test/support/serving.ts';

const ZERO = { units: 0, errors: 0, slow: 0 };

test('without keys chance splits request by request, and every request is a unit', async (t) => {
  const server = await testServer(t, { random: [0.1, 0.3, 0.9, 0.2499] });
  const plan = canaryPlan(await twoModels(server), { weight: 25 });
  await server.traffic.apply('credit', plan);

  const versions = [];
  for (let i = 0; i < 4; i++) versions.push((await server.infer('credit', rows(1))).version);

  assert.deepEqual(versions, ['v2', 'v1', 'v1', 'v2']);
  assert.deepEqual((await server.traffic.read('credit')).counts, {
    champion: { units: 2, errors: 0, slow: 0 },
    canary: { units: 2, errors: 0, slow: 0 },
  });
});

test('a key always meets the arm of its hash, and is one unit', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoModels(server), { weight: 50, salt: 's' }));
  const people = Array.from({ length: 20 }, (_, i) => `person-${i}`);
  const expected = people.map((key) => (armOf({ salt: 's', key, weight: 50 }) === 'canary' ? 'v2' : 'v1'));

  for (let round = 0; round < 3; round++) {
    const versions = [];
    for (const key of people) {
      versions.push((await server.infer('credit', rows(1), { 'x-mergeway-key': key })).version);
    }
    assert.deepEqual(versions, expected);
  }

  const { champion, canary } = (await server.traffic.read('credit')).counts;
  assert.equal(champion.units + canary.units, 20);
  assert.equal(canary.units, expected.filter((version) => version === 'v2').length);
});

test('only the first outcome of a key counts', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoTables(server)));
  const key = { 'x-mergeway-key': 'somebody' };

  const [good, bad] = [
    await server.infer('credit', keys(0), key),
    await server.infer('credit', keys(9), key),
  ];

  assert.deepEqual([good.status, bad.status], [200, 500]);
  assert.deepEqual((await server.traffic.read('credit')).counts.canary, { units: 1, errors: 0, slow: 0 });
});

test('a failing inference is an error of its arm, a client’s mistake is no unit at all', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoTables(server)));

  const failed = await server.infer('credit', keys(9));
  const mistaken = await server.infer('credit', rows(1));

  assert.deepEqual([failed.status, mistaken.status], [500, 400]);
  assert.deepEqual((await server.traffic.read('credit')).counts, {
    champion: ZERO,
    canary: { units: 1, errors: 1, slow: 0 },
  });
});

test('a canary that does not take what the champion takes fails, and that counts', async (t) => {
  const server = await testServer(t);
  const champion = await server.put(addModel(1));
  const canary = await server.put(identityModel('double'));
  await server.traffic.apply('credit', canaryPlan({ champion, canary }));

  const answer = await server.infer('credit', rows(1));

  assert.equal(answer.status, 500);
  assert.match(answer.body.error ?? '', /v2 does not take and give what the champion does: input x is FP32/);
  assert.deepEqual((await server.traffic.read('credit')).counts.canary, { units: 1, errors: 1, slow: 0 });
});

for (const { name, outputs, says } of [
  {
    name: 'lacks an output',
    outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
    says: /output y is missing; it gives score FP32/,
  },
  {
    name: 'gives an output of another datatype',
    outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 1] }],
    says: /output y is FP64, expected FP32/,
  },
] as const) {
  test(`a canary that ${name} fails, and that counts`, async (t) => {
    const backend = memoryModelBackend({ champion: adding(1), canary: { ...adding(1), outputs } });
    const server = await testServer(t, { backend });
    await server.traffic.apply('credit', canaryPlan(await twoFunctions(server)));

    const answer = await server.infer('credit', rows(1));

    assert.equal(answer.status, 500);
    assert.match(answer.body.error ?? '', says);
    assert.deepEqual((await server.traffic.read('credit')).counts.canary, { units: 1, errors: 1, slow: 0 });
  });
}

test('a failure that nobody thought of is the arm’s, and says nothing of the inside', async (t) => {
  const backend = memoryModelBackend({ champion: adding(1), canary: { ...adding(1), run: () => ({}) } });
  const server = await testServer(t, { backend });
  await server.traffic.apply('credit', canaryPlan(await twoFunctions(server)));

  const answer = await server.infer('credit', rows(1));

  assert.deepEqual([answer.status, answer.body.error], [500, 'internal error']);
  assert.deepEqual((await server.traffic.read('credit')).counts.canary, { units: 1, errors: 1, slow: 0 });
});

for (const { name, champion, status, canary } of [
  {
    name: 'the champion fails on as well are the client’s mistake',
    champion: picky,
    status: 400,
    canary: ZERO,
  },
  {
    name: 'the champion takes are the canary’s failure',
    champion: spreading,
    status: 500,
    canary: { units: 1, errors: 1, slow: 0 },
  },
]) {
  test(`uneven rows that ${name}`, async (t) => {
    const server = await testServer(t, {
      backend: memoryModelBackend({ champion: champion(), canary: picky() }),
    });
    await server.traffic.apply('credit', canaryPlan(await twoFunctions(server)));
    const one = { name: 'x', shape: [1, 1], datatype: 'FP32', data: [1] };
    const two = { name: 'z', shape: [2, 1], datatype: 'FP32', data: [1, 2] };

    const answer = await server.infer('credit', { inputs: [one, two] });

    assert.equal(answer.status, status);
    assert.match(answer.body.error ?? '', status === 400 ? /\(x 1, z 2\)/ : /rows differ/);
    assert.deepEqual((await server.traffic.read('credit')).counts, { champion: ZERO, canary });
  });
}

test('a request that names its version gets it and is no unit', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoModels(server), { weight: 5 }));

  const answer = await server.infer('credit/versions/v2', rows(1));

  assert.equal(answer.version, 'v2');
  assert.equal(answer.body.model_version, 'v2');
  assert.deepEqual((await server.traffic.read('credit')).counts, { champion: ZERO, canary: ZERO });
});

test('a request slower than the limit counts as slow', async (t) => {
  const slow = adding(2);
  const backend = memoryModelBackend({
    champion: adding(1),
    canary: {
      ...slow,
      run: (inputs) => {
        server.clock.advance(51);
        return slow.run(inputs);
      },
    },
  });
  const server = await testServer(t, { backend, random: [0.1, 0.9] });
  const champion = await server.put(Buffer.from('champion'));
  const canary = await server.put(Buffer.from('canary'));
  await server.traffic.apply('credit', canaryPlan({ champion, canary }, { weight: 50, slowMs: 50 }));

  await server.infer('credit', rows(1));
  await server.infer('credit', rows(1));

  assert.deepEqual((await server.traffic.read('credit')).counts, {
    champion: { units: 1, errors: 0, slow: 0 },
    canary: { units: 1, errors: 0, slow: 1 },
  });
});

test('the first request after a lapse is the champion’s, without any timer', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoModels(server), { leaseMs: 1_000 }));
  const during = await server.infer('credit', rows(1));
  server.clock.advance(1_000);

  const after = await server.infer('credit', rows(1));

  assert.deepEqual([during.version, after.version], ['v2', 'v1']);
  assert.ok(server.logged.some((line) => line.startsWith('canary lapsed')));
});

test('a tick sends a lapsed canary home without any request', async (t) => {
  const server = await testServer(t);
  await server.traffic.apply('credit', canaryPlan(await twoModels(server), { leaseMs: 1_000 }));
  server.clock.advance(999);
  server.host.tick();
  const before = server.logged.length;

  server.clock.advance(1);
  server.host.tick();

  assert.equal(server.logged.length, before + 1);
});

/** Two inputs whose rows must be equally many. */
function picky(): FunctionModel {
  const { inputs, ...model } = adding(0);
  const run: FunctionModel['run'] = (given) => {
    if (given.x?.shape[0] !== given.z?.shape[0]) throw new Error('rows differ');
    return model.run(given);
  };
  return { ...model, inputs: [...inputs, { name: 'z', datatype: 'FP32', shape: [-1, 1] }], run };
}

/** Two inputs of any rows. */
function spreading(): FunctionModel {
  return { ...picky(), run: adding(0).run };
}

async function twoFunctions(server: TestServer) {
  return {
    champion: await server.put(Buffer.from('champion')),
    canary: await server.put(Buffer.from('canary')),
  };
}

async function twoModels(server: TestServer) {
  return { champion: await server.put(addModel(1)), canary: await server.put(addModel(2)) };
}

/** Tables of one entry: every index but 0 fails. */
async function twoTables(server: TestServer) {
  return { champion: await server.put(lookupModel(10)), canary: await server.put(lookupModel(20)) };
}
