/**
 * What looking features up adds to a prediction: the same server and model are asked by an entity's key, and with the same 50 numbers in
 * the request. The difference is held against a bare HMGET of 50 fields. Over one connection, one request at a time and in turns.
 * Reading 50 numbers out of JSON is the price of the other way, and is part of the difference.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { redisOnlineStore } from '#adapters/redis/online-store.ts';
import { pick, seededRandom } from '#core/chance.ts';
import type { OnlineRow } from '#core/ports/online-store.ts';
import { quantile } from '#core/statistics/quantile.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { ENTITIES, FEATURES, fill, hashFields, rowsAt } from './online/fifty-features.ts';
import { startRedis } from './online/redis-server.ts';
import { type Connection, connectionTo } from './serving-features/connection.ts';
import { type ModelServer, startModelServer } from './serving-features/model-server.ts';

const REQUESTS = 5000;
const WARM_UP = 2000;
const LIMIT = 1.3;

type Ask = (id: number) => Promise<unknown>;

export const servingFeatures: Benchmark = {
  name: 'serving-features',
  about: 'what looking 50 features up adds to a prediction, beside a bare HMGET',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'mergeway-bench-'));
    const closing: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      return await runIn(folder, closing, say);
    } finally {
      for (const close of closing.reverse()) await close();
    }
  },
};

/** Each store has a server of its own; the peer is left out where there is no Redis. */
async function runIn(
  folder: string,
  closing: (() => unknown)[],
  say: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const rows = rowsAt(BigInt(Date.now()) * 1000n);
  const asks: Record<string, Ask> = {};

  const embedded = join(folder, 'online');
  const store = lmdbOnlineStore(embedded);
  await fill(store, rows);
  await store.close();
  await addServer('embedded', embedded);

  const redis = await startRedis(folder);
  if (redis) {
    closing.push(redis.stop);
    const client = createClient({ url: redis.url });
    await client.connect();
    closing.push(() => client.close());
    for (const row of rows) await client.hSet(`customer:${row.key[0]}`, [...hashFields(row)]);
    asks.bare = (id) => client.hmGet(`customer:${id}`, FEATURES);
    const filled = redisOnlineStore({ url: redis.url });
    await fill(filled, rows);
    await filled.close();
    await addServer('redis', redis.url);
  }
  return compare(await measure(asks, say));

  async function addServer(name: 'embedded' | 'redis', place: string): Promise<void> {
    const server: ModelServer = await startModelServer(join(folder, name), ['--online-store', place]);
    closing.push(server.stop);
    const connection: Connection = connectionTo(server.url, 'sum');
    closing.push(connection.close);
    asks[`${name} sent`] = (id) => connection.infer(withFeatures(rows[id]));
    asks[`${name} looked up`] = (id) => connection.infer(byKey(id));
  }
}

function byKey(id: number): string {
  return JSON.stringify({ inputs: [{ name: 'customer_id', shape: [1], datatype: 'INT64', data: [id] }] });
}

/** To three decimals, as people send them. */
function withFeatures(row: OnlineRow | undefined): string {
  const data = row?.values.map((value) => Number(Number(value).toFixed(3)));
  return JSON.stringify({
    inputs: [{ name: 'features', shape: [1, FEATURES.length], datatype: 'FP32', data }],
  });
}

/** Times in microseconds, by name. */
async function measure(
  asks: Readonly<Record<string, Ask>>,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map(Object.keys(asks).map((name) => [name, [] as number[]]));
  const random = seededRandom('serving-features');
  say(`${WARM_UP + REQUESTS} requests each: ${[...times.keys()].join(', ')}`);
  const all = Object.entries(asks);
  for (let turn = 0; turn < WARM_UP + REQUESTS; turn++) {
    // What comes first in a turn must not matter.
    const first = pick(random, all.length);
    for (const [name, ask] of [...all.slice(first), ...all.slice(0, first)]) {
      const id = pick(random, ENTITIES);
      const start = performance.now();
      await ask(id);
      if (turn >= WARM_UP) times.get(name)?.push((performance.now() - start) * 1000);
    }
  }
  return times;
}

function compare(times: ReadonlyMap<string, readonly number[]>): readonly BenchRow[] {
  return ['embedded', 'redis'].flatMap((store) => {
    const [sent, lookedUp] = [times.get(`${store} sent`), times.get(`${store} looked up`)];
    if (!sent || !lookedUp) return [];
    return [0.5, 0.99].map((share) => rowOf(share, { store, sent, lookedUp, bare: times.get('bare') }));
  });
}

function rowOf(
  share: number,
  {
    store,
    sent,
    lookedUp,
    bare,
  }: {
    readonly store: string;
    readonly sent: readonly number[];
    readonly lookedUp: readonly number[];
    readonly bare: readonly number[] | undefined;
  },
): BenchRow {
  const [with50, by1] = [quantile(sent, share), quantile(lookedUp, share)];
  const ours = by1 - with50;
  const peer = bare ? quantile(bare, share) : null;
  const whole = `${Math.round(by1)} µs by key and ${Math.round(with50)} µs with the features sent, ${REQUESTS} requests each`;
  return benchRow({
    what: `added by looking 50 features up, p${share * 100}: ${store} / bare HMGET`,
    ours,
    peer,
    unit: 'µs',
    aim: `at most ${LIMIT} ×`,
    met: peer !== null && ours <= LIMIT * peer,
    reason: peer === null ? `${whole}; no peer: redis-server is not installed` : whole,
  });
}
