/**
 * A lookup of 50 features of one entity, as serving does it (values, ttl, statuses), from the embedded store and from Redis, beside a
 * bare HMGET of 50 fields on the same Redis through the same client, whose answer nobody looks at. One at a time and in turns, so that
 * a busy machine slows all alike. The benchmark starts `redis-server` where it is installed.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { redisOnlineStore } from '#adapters/redis/online-store.ts';
import { pick, seededRandom } from '#core/chance.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { quantile } from '#core/statistics/quantile.ts';
import { type Benchmark, type BenchRow, benchRow } from './benchmark.ts';
import { ENTITIES, FEATURES, fill, hashFields, rowsAt, SERVICE } from './online/fifty-features.ts';
import { type RedisServer, startRedis } from './online/redis-server.ts';

const LOOKUPS = 5000;
const WARM_UP = 2000;
const LIMIT = 1.3;
const NOW = 1_370_044_800_000_000n;
const ROWS = rowsAt(NOW);

export const online: Benchmark = {
  name: 'online',
  about: 'a lookup of 50 features of one entity, embedded and in Redis, beside a bare HMGET',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'mergeway-bench-'));
    const redis = await startRedis(folder);
    const embedded = lmdbOnlineStore(join(folder, 'store'));
    try {
      await fill(embedded, ROWS);
      if (!redis) return withoutPeer(await measure({ embedded: lookupIn(embedded) }, say));
      return await withPeer(embedded, redis, say);
    } finally {
      await embedded.close();
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function withPeer(
  embedded: OnlineStore,
  { url }: RedisServer,
  say: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const store = redisOnlineStore({ url });
  const client = createClient({ url });
  try {
    await client.connect();
    await fill(store, ROWS);
    for (const row of ROWS) await client.hSet(`customer:${row.key[0]}`, [...hashFields(row)]);
    const bare = (id: number) => client.hmGet(`customer:${id}`, FEATURES);
    const times = await measure({ embedded: lookupIn(embedded), redis: lookupIn(store), bare }, say);
    return (['embedded', 'redis'] as const).flatMap((of) => compare(of, times[of], times.bare));
  } finally {
    await store.close();
    await client.close();
  }
}

const STORES = { embedded: 'embedded store (LMDB)', redis: 'Redis' } as const;

function compare(
  of: keyof typeof STORES,
  ours: readonly number[],
  bare: readonly number[],
): readonly BenchRow[] {
  return [0.5, 0.99].map((share) => {
    const [us, peer] = [quantile(ours, share), quantile(bare, share)];
    return benchRow({
      ...words(of, share),
      ours: us,
      peer,
      met: us <= LIMIT * peer,
      reason: `${LOOKUPS} each, one at a time and in turns, ${ENTITIES} entities, on this machine; ours makes 50 numbers and their statuses, the peer's texts stay as they are`,
    });
  });
}

function withoutPeer({ embedded }: { readonly embedded: readonly number[] }): readonly BenchRow[] {
  const reason = 'no peer: redis-server is not installed';
  return [0.5, 0.99].flatMap((share) => [
    benchRow({
      ...words('embedded', share),
      ours: quantile(embedded, share),
      peer: null,
      met: false,
      reason,
    }),
  ]);
}

function words(of: keyof typeof STORES, share: number) {
  return {
    what: `50 features of one entity, p${share * 100}: ${STORES[of]} / bare HMGET`,
    unit: 'µs',
    aim: `at most ${LIMIT} ×`,
  };
}

/** Times in microseconds, by name. */
async function measure<Name extends string>(
  lookups: Readonly<Record<Name, (id: number) => Promise<unknown>>>,
  say: (line: string) => void,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(lookups) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const random = seededRandom('online');
  say(`${WARM_UP + LOOKUPS} lookups each of ${names.join(', ')}`);
  for (let turn = 0; turn < WARM_UP + LOOKUPS; turn++) {
    for (const name of names) {
      const id = pick(random, ENTITIES);
      const start = performance.now();
      await lookups[name](id);
      if (turn >= WARM_UP) times[name].push((performance.now() - start) * 1000);
    }
  }
  return times;
}

function lookupIn(store: OnlineStore): (id: number) => Promise<unknown> {
  const lookup = createLookup(SERVICE, store);
  return (id) => lookup([{ customer_id: id }], NOW);
}
