/**
 * A real Redis keeps the online store's promises. MERGEWAY_TEST_REDIS names a server of its own, `redis://127.0.0.1:<port>`, whose first
 * database these tests empty; `.ci/run` starts one.
 */

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { createClient } from '@redis/client';
import { type RedisOnlineStoreOptions, redisOnlineStore } from '#adapters/redis/online-store.ts';
import { rowKey } from '#core/features/online-rows.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { onlineStoreContract, rowOf, WEATHER } from '#test/contracts/online-store.ts';

const url = process.env.MERGEWAY_TEST_REDIS ?? '';
const client = createClient({ url });

before(async () => {
  assert.ok(url, 'MERGEWAY_TEST_REDIS must name a Redis server');
  await client.connect();
});

after(() => client.close());

onlineStoreContract('redis', async (t) => {
  await client.flushDb();
  return () => opened(t);
});

test('a row is kept as long as its key ttl, counted from every write: of the same row and of an older one too', async (t) => {
  await client.flushDb();
  const store = opened(t, { keyTtlMs: 60_000 });
  const key = Buffer.from(rowKey(WEATHER, ['JFK']));
  const lives = async () => {
    const left = await client.pTTL(key);
    await client.pExpire(key, 1000);
    return left;
  };

  for (const event of [5n, 5n, 4n, 6n]) {
    await store.write(WEATHER, [rowOf(['JFK'], event, 'x')]);

    const left = await lives();
    assert.ok(left > 50_000 && left <= 60_000, `after event ${event} it lives ${left} ms`);
  }
  await store.advance(WEATHER, 6n);
  assert.equal(await client.ttl(`mw1:${'a'.repeat(20)}!`), -1, 'a watermark stays');
});

test('without a key ttl rows stay', async (t) => {
  await client.flushDb();

  await opened(t).write(WEATHER, [rowOf(['JFK'], 5n, 'x')]);

  assert.equal(await client.ttl(Buffer.from(rowKey(WEATHER, ['JFK']))), -1);
});

test('a server that has forgotten the script is told it again', async (t) => {
  const store = opened(t);
  await store.write(WEATHER, [rowOf(['JFK'], 5n, 'x')]);

  await client.scriptFlush();

  assert.equal(await store.write(WEATHER, [rowOf(['JFK'], 9n, 'x')]), 1);
});

test('a lookup of several views is one command', async (t) => {
  const store = opened(t);
  const view = { ...WEATHER, digest: `sha256:${'c'.repeat(64)}` };
  const read = () =>
    store.read([
      { view: WEATHER, keys: [['a'], ['b']] },
      { view, keys: [['a']] },
    ]);
  await read();
  const asked = async () => Number(/cmdstat_mget:calls=(\d+)/.exec(await client.info('commandstats'))?.[1]);
  const before = await asked();

  await read();

  assert.equal(await asked(), before + 1);
});

function opened(t: TestContext, options: Partial<RedisOnlineStoreOptions> = {}): OnlineStore {
  const store = redisOnlineStore({ url, ...options });
  t.after(() => store.close());
  return store;
}
