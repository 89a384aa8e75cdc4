/** What is said of a Redis that does not answer: its address, never its password. */

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { redisOnlineStore } from '#adapters/redis/online-store.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { WEATHER } from '#test/contracts/online-store.ts';

test('nobody at the address: the first call says so at once', async (t) => {
  const server = await listening(t, () => {});
  const port = portOf(server);
  await new Promise((closed) => server.close(closed));
  const store = opened(t, `redis://somebody:secret@127.0.0.1:${port}/3`);

  await assert.rejects(read(store), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'MW_ONLINE_STORE_UNREACHABLE');
    assert.match(
      error.message,
      new RegExp(`^Redis at redis://127\\.0\\.0\\.1:${port}/3: connect ECONNREFUSED`),
    );
    assert.doesNotMatch(error.message, /secret|somebody/);
    return true;
  });
});

test('a server that takes the connection and says nothing is given up after the timeout', async (t) => {
  const server = await listening(t, () => {});
  const store = opened(t, `redis://127.0.0.1:${portOf(server)}`);

  await assert.rejects(read(store), {
    code: 'MW_ONLINE_STORE_UNREACHABLE',
    message: /no answer within 50 ms/,
  });
});

test('a server that refuses the password is quoted', async (t) => {
  const server = await listening(t, (write) => write('-WRONGPASS invalid username-password pair\r\n'));
  const store = opened(t, `redis://:secret@127.0.0.1:${portOf(server)}`);

  await assert.rejects(read(store), { code: 'MW_ONLINE_STORE_UNREACHABLE', message: /WRONGPASS/ });
});

test('a connection that nothing is heard from any more is given up for a new one, and questions do not pile up in it', async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    const isFirst = ++connections === 1;
    let answers = 0;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const isQuestion = String(data).includes('\r\nMGET\r\n');
      // The first one greets, answers one question, and goes silent.
      if (isFirst && answers > 0) return;
      if (isQuestion) answers++;
      socket.write(isQuestion ? '*1\r\n$-1\r\n' : greetings(String(data)));
    });
    t.after(() => socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const store = opened(t, `redis://127.0.0.1:${portOf(server)}`);

  assert.deepEqual(await read(store), [[undefined]]);
  const meanwhile = await Promise.allSettled([read(store), read(store), read(store)]);
  const after = await eventually(() => read(store));

  assert.deepEqual(
    meanwhile.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assert.deepEqual(after, [[undefined]]);
  assert.equal(connections, 2);
});

for (const url of [
  ...['', 'nonsense', 'https://:secret@redis.test', 'redis://'],
  ...['redis://somebody:%zzsecret@redis.test', 'redis://:secret@redis.test/db'],
]) {
  test(`${JSON.stringify(url)} is no address, and is not repeated`, () => {
    assert.throws(() => redisOnlineStore({ url }), {
      code: 'MW_ONLINE_STORE_UNREACHABLE',
      message: /^the address of Redis is none: redis:\/\/\[\[user\]/,
    });
  });
}

function opened(t: TestContext, url: string): OnlineStore {
  const store = redisOnlineStore({ url, timeoutMs: 50 });
  t.after(() => store.close());
  return store;
}

function read(store: OnlineStore) {
  return store.read([{ view: WEATHER, keys: [['JFK']] }]);
}

/** A server that answers whatever it hears in one way. */
async function listening(t: TestContext, answer: (write: (text: string) => void) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('data', () => answer((text) => socket.write(text)));
    socket.on('error', () => {});
    t.after(() => socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  return server;
}

/** An OK for everything that a client says when it connects. */
function greetings(said: string): string {
  return '+OK\r\n'.repeat(said.match(/(^|\r\n)\*\d+\r\n/g)?.length ?? 0);
}

async function eventually<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch {
      await new Promise(setImmediate);
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
