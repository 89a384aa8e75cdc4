import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { servingTraffic } from '#adapters/serving/traffic.ts';
import { writeServingSettings } from '#core/wire/serving-settings.ts';
import { ABSENT, trafficContract } from '#test/contracts/traffic.ts';
import { addModel } from '#test/support/onnx.ts';
import { settingsOf } from '#test/support/feature-server.ts';
import { ADMIN_TOKEN, rows, testServer } from '#test/support/serving.ts';

const { features: _features, ...plain } = settingsOf({ predict: { output: 'y' } });

trafficContract('the server’s admin API', async (t) => {
  const server = await testServer(t);
  return {
    traffic: server.traffic,
    champion: await server.put(addModel(1)),
    canary: await server.put(addModel(2)),
    unservable: ABSENT,
    settings: await server.put(writeServingSettings(plain)),
    async send(model, requests) {
      for (let i = 0; i < requests; i++) await server.infer(model, rows(1));
    },
    advance: server.clock.advance,
  };
});

test('a server that is not there is unreachable, with its address', async () => {
  const traffic = servingTraffic({ url: 'http://127.0.0.1:1', token: 'x' });

  await assert.rejects(traffic.read('credit'), {
    code: 'MW_TRAFFIC_UNREACHABLE',
    message: /127\.0\.0\.1:1 did not answer/,
  });
});

for (const { name, url, token } of [
  { name: 'a token with a line break', url: 'http://127.0.0.1:1', token: 'top\nsecret' },
  { name: 'an empty token', url: 'http://127.0.0.1:1', token: ' ' },
  { name: 'an address with a password', url: 'http://user:secret@127.0.0.1:1', token: 'x' },
  { name: 'an address of another protocol', url: 'file:///secret', token: 'x' },
  { name: 'no address', url: 'secret', token: 'x' },
]) {
  test(`${name} is not sent anywhere, and not quoted`, async () => {
    const traffic = servingTraffic({ url, token });

    await assert.rejects(traffic.read('credit'), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MW_TRAFFIC_UNREACHABLE');
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}

test('the line break at the end of a token file does no harm', async (t) => {
  const { url } = await testServer(t);

  const reading = await servingTraffic({ url, token: `${ADMIN_TOKEN}\n` }).read('credit');

  assert.equal(reading.lapsed, false);
});

test('a wrong token is refused with the server’s sentence', async (t) => {
  const { url } = await testServer(t);
  const traffic = servingTraffic({ url, token: 'wrong' });

  await assert.rejects(traffic.read('credit'), {
    code: 'MW_TRAFFIC_REFUSED',
    message: /\(401\): the admin token is missing or wrong/,
  });
});

for (const { name, status, answer, headers = {}, code } of [
  { name: 'no answer in time', status: 0, answer: '', code: 'MW_TRAFFIC_UNREACHABLE' },
  { name: 'HTML', status: 200, answer: '<html>', code: 'MW_TRAFFIC_UNREACHABLE' },
  {
    name: 'counts below zero',
    status: 200,
    answer: '{"counts":{"champion":{"units":-1}}}',
    code: 'MW_TRAFFIC_UNREACHABLE',
  },
  { name: 'a megabyte', status: 200, answer: ' '.repeat(2 ** 20), code: 'MW_TRAFFIC_UNREACHABLE' },
  {
    name: 'a redirect, which would carry the token away',
    status: 307,
    answer: '',
    headers: { location: 'http://127.0.0.1:1/' },
    code: 'MW_TRAFFIC_UNREACHABLE',
  },
  { name: '502 of a proxy', status: 502, answer: 'bad gateway', code: 'MW_TRAFFIC_UNREACHABLE' },
  { name: '422', status: 422, answer: '{"error":"no\\u001b[2J"}', code: 'MW_TRAFFIC_REFUSED' },
]) {
  test(`${name} from a server is ${code}`, async (t) => {
    const url = await answering(t, { status, answer, headers });
    const traffic = servingTraffic({ url, token: 'x', timeoutMs: 200 });

    const read = traffic.read('credit');

    await assert.rejects(read, (error: Error & { code?: string }) => {
      return error.code === code && !error.message.includes('\u001b');
    });
  });
}

/** A server with one answer; status 0 never answers. */
async function answering(
  t: TestContext,
  {
    status,
    answer,
    headers,
  }: { readonly status: number; readonly answer: string; readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const server = createServer((_request, response) => {
    if (status > 0) response.writeHead(status, headers).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
