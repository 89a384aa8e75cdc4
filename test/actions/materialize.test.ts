/** `mergeway features materialize`: from files and locks to a folder that serving reads; what it says, and what it refuses. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { ERRORS } from '#core/errors.ts';
import { microsOf } from '#core/expression/types.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { parquetFiles, serviceFrom, valuesSql } from '#test/support/features.ts';

const DEFINITIONS = `entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.lock, timestamp_field: time}
    schema: [{name: temp, dtype: Float64}]
feature_services: [{name: flights_v1, features: [weather]}]
`;

const COLUMNS = { origin: 'VARCHAR', time: 'TIMESTAMP WITH TIME ZONE', temp: 'DOUBLE' };

/** Rows of the lock until 11:00; one more in a folder where later rows arrive. */
async function repository(t: TestContext, { parts = 'training:weather' } = {}): Promise<string> {
  const cwd = await parquetFiles(t, {
    weather: valuesSql(COLUMNS, [
      ['JFK', '2013-06-01T10:00:00Z', 10],
      ['JFK', '2013-06-01T11:00:00Z', 11],
      ['LGA', '2013-06-01T09:00:00Z', 9],
    ]),
    later: valuesSql(COLUMNS, [['JFK', '2013-06-01T12:00:00Z', 12]]),
  });
  await mkdir(join(cwd, 'features'));
  await mkdir(join(cwd, 'data'));
  await mkdir(join(cwd, 'store/weather'), { recursive: true });
  await writeFile(join(cwd, 'features/flights.yaml'), DEFINITIONS);
  await rename(join(cwd, 'weather.parquet'), join(cwd, 'data/weather.parquet'));
  await rename(join(cwd, 'later.parquet'), join(cwd, 'store/weather/2013-06.parquet'));
  const sha256 = createHash('sha256')
    .update(await readFile(join(cwd, 'data/weather.parquet')))
    .digest('hex');
  await writeFile(
    join(cwd, 'data/weather.lock'),
    `uri: data/weather.parquet\nsha256: ${sha256}\nsource: {parts: '${parts}', time: time}\n`,
  );
  return cwd;
}

const MATERIALIZE = [
  'features',
  'materialize',
  '--service',
  'flights_v1',
  '--definitions',
  'features/flights.yaml',
  '--training-store',
  'store',
];

async function temperatures(cwd: string, at: string): Promise<readonly unknown[]> {
  const store = lmdbOnlineStore(join(cwd, 'online'));
  const lookup = createLookup(serviceFrom(DEFINITIONS, 'flights_v1'), store);
  const answers = await lookup([{ origin: 'JFK' }, { origin: 'LGA' }], microsOf(at) ?? 0n);
  await store.close();
  return answers.map(({ values }) => values.temp);
}

test('rows of the lock and those that arrived later reach the store, by interval and since the last run', async (t) => {
  const cwd = await repository(t);
  const args = [...MATERIALIZE, '--store', 'online', '--json'];

  const first = await mergeway([...args, '--to', '2013-06-01T11:30:00Z'], { cwd });

  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(jsonOf(first), {
    service: 'flights_v1',
    views: [
      {
        view: 'weather',
        from: null,
        to: '2013-06-01T11:30:00.000000Z',
        rows: 2,
        written: 2,
        watermark: '2013-06-01T11:30:00.000000Z',
      },
    ],
  });
  assert.deepEqual(await temperatures(cwd, '2013-06-01T11:30:00Z'), [11, 9]);

  const second = await mergeway([...args, '--to', '2013-06-01T12:00:00Z', '--lookback', '1h'], { cwd });

  assert.deepEqual(jsonOf(second).views, [
    {
      view: 'weather',
      from: '2013-06-01T10:30:00.000000Z',
      to: '2013-06-01T12:00:00.000000Z',
      rows: 1,
      written: 1,
      watermark: '2013-06-01T12:00:00.000000Z',
    },
  ]);
  assert.deepEqual(await temperatures(cwd, '2013-06-01T12:00:00Z'), [12, 9]);
});

test('people read a line a view, and of a gap that was left', async (t) => {
  const cwd = await repository(t);
  const run = (...more: readonly string[]) =>
    mergeway([...MATERIALIZE, '--store', 'online', ...more], { cwd });

  const first = await run('--from', '2013-06-01T10:00:00Z', '--to', '2013-06-01T10:30:00Z');
  const gap = await run('--from', '2013-06-01T12:00:00Z', '--to', '2013-06-01T13:00:00Z');

  assert.equal(
    first.stdout,
    'weather: 1 row written of 1, 2013-06-01T10:00:00.000000Z to 2013-06-01T10:30:00.000000Z\n',
  );
  assert.match(
    gap.stdout,
    /what lies between 2013-06-01T10:30:00.000000Z and 2013-06-01T12:00:00.000000Z was not read, so the next run begins there\n$/,
  );
});

test('an interrupted run ends with its code and leaves the interval to the next one', async (t) => {
  const cwd = await repository(t);
  const args = [...MATERIALIZE, '--store', 'online', '--json', '--to', '2013-06-01T11:30:00Z'];
  const interrupted = AbortSignal.abort();

  const ran = await mergeway(args, { cwd, signal: interrupted });

  assert.equal(jsonOf(ran).error?.code, 'MW_INTERRUPTED');
  assert.deepEqual(await temperatures(cwd, '2013-06-01T11:30:00Z'), [null, null]);
  assert.equal((await mergeway(args, { cwd })).code, 0);
  assert.deepEqual(await temperatures(cwd, '2013-06-01T11:30:00Z'), [11, 9]);
});

for (const { name, args, parts, code, says } of [
  { name: 'no store', args: [], code: 'MW_USAGE', says: /give one of --store <folder> and --redis <url>/ },
  {
    name: 'two stores',
    args: ['--store', 'online', '--redis', 'redis://127.0.0.1'],
    code: 'MW_USAGE',
    says: /give one of/,
  },
  {
    name: 'a key ttl for a folder',
    args: ['--store', 'online', '--key-ttl', '1d'],
    code: 'MW_USAGE',
    says: /--key-ttl is for --redis/,
  },
  {
    name: 'a time that is none',
    args: ['--store', 'online', '--from', 'yesterday'],
    code: 'MW_USAGE',
    says: /--from takes a time such as .*, not "yesterday"/,
  },
  {
    name: 'an interval that ends before it begins',
    args: ['--store', 'online', '--from', '2013-06-02', '--to', '2013-06-01'],
    code: 'MW_USAGE',
    says: /--from 2013-06-02 is after --to 2013-06-01/,
  },
  {
    name: 'a look-back that is none',
    args: ['--store', 'online', '--lookback', 'long'],
    code: 'MW_USAGE',
    says: /--lookback takes a duration/,
  },
  {
    name: 'an address of Redis that is none',
    args: ['--redis', 'https://:secret@redis.test'],
    code: 'MW_ONLINE_STORE_UNREACHABLE',
    says: /the address of Redis is none/,
  },
  {
    name: 'no store, before any data is looked for,',
    args: ['--training-store', 'elsewhere'],
    code: 'MW_USAGE',
    says: /give one of --store <folder> and --redis <url>/,
  },
  {
    name: 'an unknown service',
    args: ['--store', 'online', '--service', 'flights_v2'],
    code: 'MW_CONFIG_INVALID',
    says: /no feature service "flights_v2"; did you mean `flights_v1`/,
  },
  {
    name: 'a folder of later rows that is not there',
    args: ['--store', 'online', '--training-store', 'elsewhere'],
    code: 'MW_DATA_MISSING',
    says: /a lock names weather, which is not in .*elsewhere/,
  },
  {
    name: 'a folder of later rows in a store that was not given',
    args: ['--store', 'online'],
    parts: 'store:weather',
    code: 'MW_DATA_MISSING',
    says: /names store:weather, and no data store was given/,
  },
] as const) {
  test(`${name} is refused with ${code}, and no store is made`, async (t) => {
    const cwd = await repository(t, parts && { parts });

    const ran = await mergeway([...MATERIALIZE, ...args, '--json'], { cwd });

    assert.equal(ran.code, ERRORS[code].exit);
    assert.equal(jsonOf(ran).error?.code, code);
    assert.match(ran.stderr, says);
    assert.doesNotMatch(ran.stderr + ran.stdout, /secret/);
    await assert.rejects(access(join(cwd, 'online')), { code: 'ENOENT' });
  });
}
