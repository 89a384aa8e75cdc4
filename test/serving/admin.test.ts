import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, canaryPlan } from '#test/contracts/traffic.ts';
import { addModel } from '#test/support/onnx.ts';
import { ADMIN_TOKEN, rows, type TestServer, testServer } from '#test/support/serving.ts';

const PLAN = { champion: ABSENT, championVersion: 'v1' };
const CANARY = canaryPlan({ champion: ABSENT, canary: ABSENT }).canary;

for (const { name, authorization } of [
  { name: 'no token', authorization: undefined },
  { name: 'a wrong token', authorization: 'Bearer wrong' },
  { name: 'the beginning of the token', authorization: `Bearer ${ADMIN_TOKEN.slice(0, -1)}` },
  { name: 'an empty token', authorization: 'Bearer ' },
  { name: 'the token without its scheme', authorization: ADMIN_TOKEN },
]) {
  test(`${name} is 401 on every admin path`, async (t) => {
    const server = await testServer(t);
    const headers = authorization === undefined ? {} : { authorization };

    const answers = [
      await admin(server, 'GET', 'credit/traffic', undefined, headers),
      await admin(server, 'PUT', 'credit/traffic', PLAN, headers),
      await admin(server, 'POST', 'credit/lease', { step: 's', leaseMs: 1000 }, headers),
    ];

    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401],
    );
  });
}

for (const { name, model = 'credit', body, says } of [
  { name: 'no JSON', body: '{', says: /not JSON/ },
  { name: 'an unknown key', body: { ...PLAN, weigth: 5 }, says: /weigth/ },
  { name: 'a digest that is a path', body: { ...PLAN, champion: '../../etc/passwd' }, says: /sha256/ },
  { name: 'a version with a line break', body: { ...PLAN, championVersion: 'v1\r\nx: y' }, says: /version/ },
  { name: 'a weight of 101', body: { ...PLAN, canary: { ...CANARY, weight: 101 } }, says: /weight/ },
  { name: 'a weight of text', body: { ...PLAN, canary: { ...CANARY, weight: '5' } }, says: /weight/ },
  { name: 'a lease without end', body: { ...PLAN, canary: { ...CANARY, leaseMs: 1e12 } }, says: /leaseMs/ },
  { name: 'a lease of nothing', body: { ...PLAN, canary: { ...CANARY, leaseMs: 0 } }, says: /leaseMs/ },
  { name: 'a model called ..', model: '%2e%2e%2fx', body: PLAN, says: /lower-case letters/ },
  { name: 'a null canary', body: { ...PLAN, canary: null }, says: /canary/ },
]) {
  test(`a plan with ${name} is 400, names the field and serves nothing`, async (t) => {
    const server = await testServer(t);

    const answer = await admin(server, 'PUT', `${model}/traffic`, body);

    assert.equal(answer.status, 400);
    assert.match(answer.body.error, says);
    assert.deepEqual([...server.host.models()], []);
  });
}

test('a plan of more than 64 KiB is 413', async (t) => {
  const server = await testServer(t);

  const answer = await admin(server, 'PUT', 'credit/traffic', ' '.repeat(65 * 1024));

  assert.equal(answer.status, 413);
});

test('a digest that the store does not have is 409 with the reason', async (t) => {
  const server = await testServer(t);

  const answer = await admin(server, 'PUT', 'credit/traffic', PLAN);

  assert.equal(answer.status, 409);
  assert.match(answer.body.error, /can not serve sha256:/);
});

test('a model that is served from a file takes no plan', async (t) => {
  const server = await testServer(t, { files: { credit: addModel(1) } });
  const champion = await server.put(addModel(2));

  const answer = await admin(server, 'PUT', 'credit/traffic', { champion, championVersion: 'v1' });

  assert.equal(answer.status, 409);
  assert.deepEqual((await server.infer('credit', rows(1))).body.outputs?.[0]?.data, [2]);
});

test('the token in a query does not open the door', async (t) => {
  const { url } = await testServer(t);

  const response = await fetch(`${url}/admin/models/credit/traffic?token=${encodeURIComponent(ADMIN_TOKEN)}`);

  assert.equal(response.status, 401);
});

async function admin(
  { url }: TestServer,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${ADMIN_TOKEN}` },
): Promise<{ readonly status: number; readonly body: { readonly error: string } }> {
  const response = await fetch(`${url}/admin/models/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { error: string } };
}
