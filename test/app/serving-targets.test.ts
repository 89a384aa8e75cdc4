import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { servingTargets } from '#app/serving-targets.ts';

test('the admin token is not sent to an origin that the operator did not list', async (t) => {
  const { url, requests } = await listener(t);
  const traffic = servingTargets({ adminToken: 'token', servingOrigins: ['https://eu.example:8443'] })(url);

  await assert.rejects(traffic.read('credit'), { code: 'MW_TRAFFIC_REFUSED' });
  await assert.rejects(traffic.renew('credit', 'r/0/0', 1000), { code: 'MW_TRAFFIC_REFUSED' });

  assert.deepEqual(requests, []);
});

for (const { name, listed } of [
  { name: 'a listed origin', listed: true },
  { name: 'this machine where no origin is listed', listed: false },
]) {
  test(`the admin token is sent to ${name}`, async (t) => {
    const { url, requests } = await listener(t);
    const rules = { adminToken: 'token', ...(listed && { servingOrigins: [url] }) };

    await assert.rejects(servingTargets(rules)(`${url}/`).read('credit'));

    assert.deepEqual(requests, ['Bearer token']);
  });
}

for (const url of [
  'https://eu.example',
  'http://eu.example:8080',
  'http://10.0.0.7',
  'https://127.0.0.1.example',
]) {
  test(`without a list of origins the admin token is not sent to ${url}`, async () => {
    const traffic = servingTargets({ adminToken: 'token' })(url);

    await assert.rejects(traffic.read('credit'), {
      code: 'MW_TRAFFIC_REFUSED',
      message: /is not among MERGEWAY_SERVING_ORIGINS/,
    });
  });
}

/** A server that notes the authorization of each request and answers nothing of use. */
async function listener(t: TestContext): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.authorization ?? '');
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}
