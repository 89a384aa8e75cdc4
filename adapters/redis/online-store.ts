/**
 * The online store in Redis 6 or newer, one server or one primary with replicas, not a cluster. A view's row of an entity is one value,
 * so that a lookup is one MGET whatever it asks for. Writes compare on the server, in a script, and are there whole or not.
 * The client connects again by itself where a connection ends; one that nothing is heard from any more is given up here.
 */

import { createClient, defineScript, ErrorReply, RESP_TYPES } from '@redis/client';
import { MergewayError } from '#core/errors.ts';
import { packRow, rowKey, unpackRow, watermarkKey } from '#core/features/online-rows.ts';
import { byteReader, byteWriter } from '#core/features/ordered-bytes.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';

export interface RedisOnlineStoreOptions {
  /** `redis://[[user]:password@]host[:port][/db]`, or `rediss:` with TLS. */
  readonly url: string;
  /** Rows that are not written again for so long go by themselves; absent: never. */
  readonly keyTtlMs?: number;
  /** How long an answer, or a connection, may take. */
  readonly timeoutMs?: number;
}

/** A script runs alone on the server; so many rows take it a few milliseconds. */
const ROWS_PER_SCRIPT = 500;

/**
 * Puts each value whose bytes are greater than those that are there. Lua's own comparison goes by the server's locale, so bytes are
 * compared one by one. A value that is not replaced lives on as long as a new one would.
 */
const WRITE = defineScript({
  SCRIPT: `
local function later(a, b)
  if a == b then return false end
  for at = 1, math.min(#a, #b) do
    local x, y = string.byte(a, at), string.byte(b, at)
    if x ~= y then return x > y end
  end
  return #a > #b
end
local life, written = tonumber(ARGV[1]), 0
for at, key in ipairs(KEYS) do
  local before = redis.call('GET', key)
  if not before or later(ARGV[at + 1], before) then
    redis.call('SET', key, ARGV[at + 1])
    written = written + 1
  end
  if life > 0 then redis.call('PEXPIRE', key, life) end
end
return written`,
  parseCommand(parser, keys: readonly Buffer[], life: number, values: readonly Buffer[]) {
    parser.pushKeysLength([...keys]);
    parser.push(String(life), ...values);
  },
  transformReply: (reply: unknown) => Number(reply),
});

/** Connects at the first call. MW_ONLINE_STORE_UNREACHABLE where the address is none, nobody answers in time or the server refuses. */
export function redisOnlineStore({
  url,
  keyTtlMs = 0,
  timeoutMs = 2000,
}: RedisOnlineStoreOptions): OnlineStore {
  const address = addressOf(url);
  let client = newClient();
  let connected: Promise<void> | undefined;
  /** When there was the last sign of life: an answer, or that the client tries to connect. */
  let signAt = performance.now();
  let closed = false;

  return {
    async read(requests) {
      const keys = requests.flatMap(({ view, keys }) => keys.map((key) => bufferOf(rowKey(view, key))));
      const found = keys.length === 0 ? [] : await ask(() => client.mGet(keys));
      let next = 0;
      return requests.map(({ keys, places }) =>
        keys.map((key) => {
          const bytes = found[next++];
          return bytes ? unpackRow(bytes, key, places) : undefined;
        }),
      );
    },

    async write(view, rows) {
      const life = keyTtlMs > 0 ? Math.max(1, Math.round(keyTtlMs)) : 0;
      const scripts = [];
      for (let from = 0; from < rows.length; from += ROWS_PER_SCRIPT) {
        const some = rows.slice(from, from + ROWS_PER_SCRIPT);
        const keys = some.map(({ key }) => bufferOf(rowKey(view, key)));
        const values = some.map((row) => bufferOf(packRow(row)));
        scripts.push(ask(() => client.writeLater(keys, life, values)));
      }
      const written = await Promise.all(scripts);
      return written.reduce((sum, rows) => sum + rows, 0);
    },

    async watermark(view) {
      const bytes = await ask(() => client.get(bufferOf(watermarkKey(view))));
      const value = bytes && byteReader(bytes).value();
      return typeof value === 'bigint' ? value : undefined;
    },

    async advance(view, to) {
      const bytes = byteWriter();
      bytes.value(to);
      const [key, value] = [bufferOf(watermarkKey(view)), bufferOf(bytes.take())];
      await ask(() => client.writeLater([key], 0, [value]));
    },

    async close() {
      closed = true;
      if (client.isReady) await client.close();
      else if (client.isOpen) client.destroy();
    },
  };

  function newClient() {
    const made = createClient({
      url,
      scripts: { writeLater: WRITE },
      disableOfflineQueue: true,
      socket: { connectTimeout: timeoutMs },
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    });
    // Whoever asks meanwhile is told; an error that nobody listens for would end the process.
    for (const sign of ['error', 'connect', 'ready', 'reconnecting']) made.on(sign, noteSign);
    return made;
  }

  function noteSign(): void {
    signAt = performance.now();
  }

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      connected ??= connect();
      if (!client.isReady) await connected;
      const answer = await withinTime(question(), timeoutMs);
      noteSign();
      return answer;
    } catch (cause) {
      if (cause instanceof ErrorReply) noteSign();
      if (performance.now() - signAt >= timeoutMs) startAnew();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MergewayError('MW_ONLINE_STORE_UNREACHABLE', `Redis at ${address}: ${why}`, { cause });
    }
  }

  /**
   * A peer that went away without a word leaves a connection half open for a quarter of an hour, and every question would wait in it.
   * The old client's own attempts end with it.
   */
  function startAnew(): void {
    if (closed) return;
    noteSign();
    if (client.isOpen) client.destroy();
    client = newClient();
    connect().catch(() => undefined);
  }

  /** The client tries again by itself, for ever; who waits for the first connection is told of its first failure. */
  async function connect(): Promise<void> {
    const failed = new Promise<never>((_, reject) => client.once('error', reject));
    await withinTime(Promise.race([client.connect(), failed]), timeoutMs);
  }
}

async function withinTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For people, without user and password. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname && isReadable(url)) {
    return `${url.protocol}//${url.host}${url.pathname}`;
  }
  throw new MergewayError(
    'MW_ONLINE_STORE_UNREACHABLE',
    'the address of Redis is none: redis://[[user]:password@]host[:port][/db] was expected',
  );
}

/** What the client would throw at, and show. */
function isReadable({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return /^\/?\d{0,9}$/.test(pathname);
  } catch {
    return false;
  }
}

/** The same bytes. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
