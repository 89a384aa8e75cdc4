import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addModel, identityModel, lookupModel } from '#test/support/onnx.ts';
import { keys, rows, testServer } from '#test/support/serving.ts';

test('a bare model answers with its name, the id and no version', async (t) => {
  const server = await testServer(t, { files: { add: addModel(2) } });

  const answer = await server.infer('add', { id: 'a7', ...(rows(1, 2) as object) });

  assert.equal(answer.status, 200);
  assert.equal(answer.version, null);
  assert.deepEqual(answer.body, {
    model_name: 'add',
    id: 'a7',
    outputs: [{ name: 'y', shape: [2, 1], datatype: 'FP32', data: [3, 4] }],
  });
});

test('64-bit keys come back digit for digit', async (t) => {
  const server = await testServer(t, { files: { same: identityModel('int64') } });
  const body = '{"inputs":[{"name":"x","shape":[1,1],"datatype":"INT64","data":[9007199254740993]}]}';

  const response = await fetch(`${server.url}/v2/models/same/infer`, { method: 'POST', body });

  assert.match(await response.text(), /"data":\[9007199254740993\]/);
});

test('only the outputs that were asked for come back', async (t) => {
  const server = await testServer(t, { files: { add: addModel(2) } });

  const answer = await server.infer('add', { ...(rows(1) as object), outputs: [{ name: 'y' }] });
  const stranger = await server.infer('add', { ...(rows(1) as object), outputs: [{ name: 'z' }] });

  assert.deepEqual(
    answer.body.outputs?.map(({ name }) => name),
    ['y'],
  );
  assert.equal(stranger.status, 400);
  assert.match(stranger.body.error ?? '', /no output "z"/);
});

for (const { name, body, status, says, headers = {} } of [
  { name: 'an empty body', body: '', status: 400, says: /not JSON/ },
  {
    name: 'another rank',
    body: keysFor('x', [1], 'FP32'),
    status: 400,
    says: /has shape \[1\], the model takes \[-1,1\]/,
  },
  {
    name: 'another datatype',
    body: keysFor('x', [1, 1], 'INT64'),
    status: 400,
    says: /is INT64, the model takes FP32/,
  },
  {
    name: 'inputs nested 200,000 deep',
    body: `{"inputs":${nested(200_000)}}`,
    status: 400,
    says: /inputs\[0\] is nested too deeply to be shown/,
  },
  {
    name: 'data nested 200,000 deep',
    body: `{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":${nested(200_000)}}]}`,
    status: 400,
    says: /nested data does not follow shape|nested too deeply/,
  },
  { name: 'another input', body: keysFor('z', [1, 1], 'FP32'), status: 400, says: /input x is missing/ },
  {
    name: 'binary tensor data',
    body: 'x',
    headers: { 'inference-header-content-length': '1' },
    status: 400,
    says: /send JSON only/,
  },
  {
    name: 'compressed bytes',
    body: 'x',
    headers: { 'content-encoding': 'gzip' },
    status: 415,
    says: /gzip is not supported/,
  },
]) {
  test(`${name} is answered ${status} with a sentence, and the server lives on`, async (t) => {
    const server = await testServer(t, { files: { add: addModel(2) } });

    const answer = await server.infer('add', body, headers);
    const after = await server.infer('add', rows(1));

    assert.equal(answer.status, status);
    assert.deepEqual(Object.keys(answer.body), ['error']);
    assert.match(answer.body.error ?? '', says);
    assert.equal(after.status, 200);
  });
}

test('an unknown model, a version of a bare model and an unknown path are 404', async (t) => {
  const server = await testServer(t, { files: { add: addModel(2) } });

  const statuses = [
    (await server.infer('nope', rows(1))).status,
    (await server.infer('add/versions/v1', rows(1))).status,
    (await server.infer('add/what', rows(1))).status,
  ];

  assert.deepEqual(statuses, [404, 404, 404]);
});

test('what the model refuses while it runs is 500 with the runtime’s sentence', async (t) => {
  const server = await testServer(t, { files: { table: lookupModel(10, 20) } });

  const answer = await server.infer('table', keys(7));

  assert.equal(answer.status, 500);
  assert.match(answer.body.error ?? '', /^Gather: indices element out of data bounds, idx=7/);
});

test('a body above the limit is 413', async (t) => {
  const server = await testServer(t, { files: { add: addModel(2) } });

  const answer = await server.infer('add', ' '.repeat(17 * 2 ** 20));

  assert.equal(answer.status, 413);
});

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

for (const path of ['/v2/models/%zz/infer', `/v2/models/${'a'.repeat(600)}/infer`]) {
  test(`an address such as ${path.slice(0, 20)}… is refused in the protocol’s form`, async (t) => {
    const { url } = await testServer(t, { files: { add: addModel(2) } });

    const response = await fetch(`${url}${path}`, { method: 'POST', body: '{}' });

    assert.ok(response.status >= 400 && response.status < 500);
    assert.deepEqual(Object.keys((await response.json()) as object), ['error']);
  });
}

test('a long number among half a million values is refused before it holds everybody up', async (t) => {
  const server = await testServer(t, { files: { add: addModel(2) } });
  const body = `{"id":1234567890123456789,"inputs":[${'0,'.repeat(2 ** 19)}0]}`;

  const answer = await server.infer('add', body);

  assert.equal(answer.status, 400);
  assert.match(answer.body.error ?? '', /send fewer rows at a time/);
});

function keysFor(name: string, shape: readonly number[], datatype: string): unknown {
  return { inputs: [{ name, shape, datatype, data: [1] }] };
}
