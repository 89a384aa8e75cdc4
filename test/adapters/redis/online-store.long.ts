/**
 * A real Redis keeps the online store's promises. MERGEWAY_TEST_REDIS names a server of its own, `redis://127.0.0.1:<port>`, whose first
 * database these tests empty; `.ci/run` starts one.
 */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { type RedisOnlineStoreOptions, redisOnlineStore } from '#adapters/redis/online-store.ts';
import { MergewayError } from '#core/errors.ts';
import { microsOf } from '#core/expression/types.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { rowKey } from '#core/features/online-rows.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { onlineStoreContract, rowOf, WEATHER } from '#test/contracts/online-store.ts';
import { mergeway } from '#test/support/command-line.ts';
import { serviceFrom } from '#test/support/features.ts';
import { temporaryFolder } from '#test/support/folder.ts';

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

test('a connection that is lost comes back by itself, and what is asked meanwhile is told', async (t) => {
  await client.flushDb();
  const store = opened(t);
  await store.write(WEATHER, [rowOf(['JFK'], 5n, 'x')]);
  const read = () => store.read([{ view: WEATHER, keys: [['JFK']] }]);

  await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);

  const [found] = await untilReached(read);
  assert.equal(found?.[0]?.event, 5n);
});

test('a server that was not there at first is reached once it is', async (t) => {
  await client.flushDb();
  const { hostname, port } = new URL(url);
  const way = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    socket.pipe(onward).pipe(socket);
    t.after(() => onward.destroy());
    t.after(() => socket.destroy());
  });
  const listen = (at: number) => new Promise<void>((ready) => way.listen(at, '127.0.0.1', ready));
  await listen(0);
  const address = way.address();
  const closed = typeof address === 'object' && address ? address.port : 0;
  await new Promise((gone) => way.close(gone));
  const store = opened(t, { url: `redis://127.0.0.1:${closed}` });
  const read = () => store.read([{ view: WEATHER, keys: [['JFK']] }]);
  await assert.rejects(read(), { code: 'MW_ONLINE_STORE_UNREACHABLE', message: /ECONNREFUSED/ });

  await listen(closed);
  t.after(() => way.close());

  assert.deepEqual(await untilReached(read), [[undefined]]);
});

/** The first answer; until then every refusal has its code. */
async function untilReached<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    await turn();
    try {
      return await ask();
    } catch (error) {
      assert.ok(error instanceof MergewayError && error.code === 'MW_ONLINE_STORE_UNREACHABLE');
    }
  }
}

test('features are materialised into Redis and looked up there', async (t) => {
  await client.flushDb();
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'weather.csv'), 'origin,time,temp\nJFK,2013-06-01T10:00:00Z,-1.5\n');
  await writeFile(join(cwd, 'features.yaml'), DEFINITIONS);

  const ran = await mergeway(
    ['features', 'materialize', '--service', 'v1', '--definitions', 'features.yaml', '--key-ttl', '1h'],
    { cwd, env: { MERGEWAY_REDIS: url } },
  );

  assert.equal(ran.code, 0, ran.stderr);
  const lookup = createLookup(serviceFrom(DEFINITIONS), opened(t));
  const [row] = await lookup([{ origin: 'JFK' }], microsOf('2013-06-02') ?? 0n);
  assert.deepEqual(row, { values: { temp: -1.5 }, statuses: { temp: 'PRESENT' } });
});

const DEFINITIONS = `
entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: weather.csv, timestamp_field: time}
    schema: [{name: temp, dtype: Float64}]
feature_services: [{name: v1, features: [weather]}]
`;

function opened(t: TestContext, options: Partial<RedisOnlineStoreOptions> = {}): OnlineStore {
  const store = redisOnlineStore({ url, ...options });
  t.after(() => store.close());
  return store;
}
