/** The contract suite against a real S3 server: MERGEWAY_TEST_S3 names moto's (`moto_server`), started by .ci/run. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { s3PartStore } from '#adapters/s3/part-store.ts';
import { partStoreContract } from '#test/contracts/part-store.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const endpoint = process.env.MERGEWAY_TEST_S3 ?? '';
if (endpoint === '')
  throw new Error('set MERGEWAY_TEST_S3 to the address of an S3 server, such as http://127.0.0.1:5000');

const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };
let buckets = 0;

partStoreContract('s3', (t) => emptyStore(t, ''));
partStoreContract('s3 with a prefix', (t) => emptyStore(t, 'some/where/'));

test('s3: more parts than a page are listed, each once', async (t) => {
  const store = await emptyStore(t, 'log');
  const names = Array.from(
    { length: 1_050 },
    (_, i) => `predictions/flights/2013-06-01/${i}-${i}.w.${i}.parquet`,
  );
  for (let at = 0; at < names.length; at += 50) {
    await Promise.all(names.slice(at, at + 50).map((name) => store.put(name, new Uint8Array(1))));
  }

  const listed = await store.list('predictions/');

  assert.deepEqual(
    listed.map(({ name }) => name),
    [...names].sort(),
  );
});

test('s3: a bucket that is not there is named by its code', async (t) => {
  const store = s3PartStore({
    endpoint,
    bucket: 'nobody-made-this-one',
    prefix: '',
    region: 'us-east-1',
    ...KEYS,
    cache: await temporaryFolder(t),
  });

  await assert.rejects(store.put('a/b.parquet', new Uint8Array(1)), {
    code: 'MW_PART_STORE',
    message: /404 NoSuchBucket/,
  });
});

test('s3: a server that answers 503 twice is asked a third time', async (t) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.statusCode = ++asked < 3 ? 503 : 200;
    response.end('<Error><Code>SlowDown</Code></Error>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const store = s3PartStore({
    endpoint: `http://127.0.0.1:${port}`,
    bucket: 'log',
    prefix: '',
    region: 'us-east-1',
    ...KEYS,
    cache: await temporaryFolder(t),
  });

  await store.put('a/b.parquet', new Uint8Array(1));

  assert.equal(asked, 3);
});

async function emptyStore(t: TestContext, prefix: string) {
  const bucket = `mergeway-test-${process.pid}-${buckets++}`;
  const client = new AwsClient({ ...KEYS, service: 's3', region: 'us-east-1' });
  assert.equal((await client.fetch(`${endpoint}/${bucket}`, { method: 'PUT' })).status, 200);
  const cache = join(await temporaryFolder(t), 'cache');
  return s3PartStore({ endpoint, bucket, prefix, region: 'us-east-1', ...KEYS, cache });
}
