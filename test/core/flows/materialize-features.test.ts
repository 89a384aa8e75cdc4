/** Materialisation through the real DuckDB: intervals, look-back, corrections, watermarks, and the point-in-time join as the judge. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { memoryOnlineStore } from '#adapters/memory/online-store.ts';
import { microsOf } from '#core/expression/types.ts';
import { createLookup } from '#core/features/online-lookup.ts';
import { onlineView } from '#core/features/online-view.ts';
import type { FeatureService } from '#core/features/service.ts';
import { createMaterializer, type MaterializeInterval } from '#core/flows/materialize-features.ts';
import type { OnlineStore } from '#core/ports/online-store.ts';
import { joined, parquetFiles, serviceFrom, valuesSql } from '#test/support/features.ts';

const ZONED = 'TIMESTAMP WITH TIME ZONE';
const COLUMNS = { key: 'BIGINT', event: ZONED, created: ZONED, value: 'DOUBLE', word: 'VARCHAR' };

/** Key, event, created, value, word; times are minutes after 10:00. */
type SourceRow = readonly [
  key: number | null,
  event: number | null,
  created: number | null,
  value: number | null,
  word?: string | null,
];

interface How {
  readonly ttl?: string;
  /** Absent: the source says when rows were written and the cut-off is on. */
  readonly created?: 'off' | 'none';
}

function service({ ttl, created }: How): FeatureService {
  const field = created === 'none' ? '' : ', created_timestamp_field: created';
  return serviceFrom(`
entities: [{name: thing, join_keys: [key]}]
feature_views:
  - name: stats
    entities: [thing]
    source: {path: stats.parquet, timestamp_field: event${field}}
    ${ttl ? `ttl: ${ttl}` : ''}
    schema: [{name: value, dtype: Float64}, {name: word, dtype: String}]
on_demand: [{name: more, expr: 'value.orValue(-1.0) + 0.5', dtype: Float64}]
feature_services: [{name: v1, features: [stats, more], filter_by_created_timestamp: ${created === undefined}}]
`);
}

function minute(number: number | null): string | null {
  return number === null
    ? null
    : new Date(Date.parse('2024-01-03T10:00:00Z') + number * 60_000).toISOString();
}

function instant(number: number): bigint {
  return microsOf(minute(number) ?? '') ?? 0n;
}

function sourceSql(rows: readonly SourceRow[]): string {
  return valuesSql(
    COLUMNS,
    rows.map(([key, event, created, value, word = null]) => [
      key,
      minute(event),
      minute(created),
      value,
      word,
    ]),
  );
}

/** Materialises `rows` at the minute `now`. */
async function materialized(
  t: TestContext,
  rows: readonly SourceRow[],
  {
    store,
    now,
    interval = {},
    ...how
  }: How & { readonly store: OnlineStore; readonly now: number; readonly interval?: MaterializeInterval },
) {
  const folder = await parquetFiles(t, { stats: sourceSql(rows) });
  const table = await duckdbTable().open([join(folder, 'stats.parquet')]);
  try {
    const [result] = await createMaterializer({
      service: service(how),
      sources: [{ name: 'stats.parquet', table }],
      store,
      clock: { now: () => Number(instant(now) / 1000n) },
      progress: { say: () => {} },
    }).materialize(interval);
    assert.ok(result);
    return result;
  } finally {
    await table.close();
  }
}

/** The value of each key at a minute. */
async function looked(store: OnlineStore, how: How, at: number, keys: readonly number[] = [1]) {
  const answers = await createLookup(service(how), store)(
    keys.map((key) => ({ key })),
    instant(at),
  );
  return answers.map(({ values }) => values.value);
}

for (const { name, how = {}, runs, at, expected } of [
  {
    name: 'the latest row of every key, however the file is sorted',
    runs: [
      {
        now: 10,
        rows: [
          [1, 5, 5, 50],
          [1, 3, 3, 30],
          [2, 4, 4, 40],
        ],
      },
    ],
    at: 10,
    expected: [50, 40],
  },
  {
    name: 'of one event time the row created last, then the greater value, null last',
    runs: [
      {
        now: 10,
        rows: [
          [1, 5, 6, 1],
          [1, 5, 7, 0],
          [1, 5, 5, 9],
          [2, 5, 6, null],
          [2, 5, 6, -3],
        ],
      },
    ],
    at: 10,
    expected: [0, -3],
  },
  {
    name: 'a row that is not written yet is not seen, and is when it was',
    runs: [
      {
        now: 10,
        rows: [
          [1, 5, 5, 50],
          [1, 6, 11, 60],
          [2, 6, 11, 61],
        ],
      },
      {
        now: 11,
        rows: [
          [1, 5, 5, 50],
          [1, 6, 11, 60],
          [2, 6, 11, 61],
        ],
      },
    ],
    at: 11,
    expected: [60, 61],
  },
  {
    name: 'before that the row before it counts',
    runs: [
      {
        now: 10,
        rows: [
          [1, 5, 5, 50],
          [1, 6, 11, 60],
          [2, 6, 11, 61],
        ],
      },
    ],
    at: 10,
    expected: [50, null],
  },
  {
    name: 'a row of the future is not seen',
    runs: [
      {
        now: 10,
        rows: [
          [1, 10, 10, 50],
          [1, 11, 9, 60],
        ],
      },
    ],
    at: 10,
    expected: [50, null],
  },
  {
    name: 'a late, older row does not overwrite',
    runs: [
      { now: 10, rows: [[1, 8, 8, 80]] },
      {
        now: 20,
        rows: [
          [1, 8, 8, 80],
          [1, 7, 15, 70],
        ],
      },
    ],
    at: 20,
    expected: [80, null],
  },
  {
    name: 'a late row is found by when it was written, without a look-back',
    runs: [
      { now: 10, rows: [[1, 1, 1, 10]] },
      {
        now: 20,
        rows: [
          [1, 1, 1, 10],
          [1, 5, 15, 50],
          [2, 2, 15, 20],
        ],
      },
    ],
    at: 20,
    expected: [50, 20],
  },
  {
    name: 'a correction: the same event, created later',
    runs: [
      { now: 10, rows: [[1, 5, 5, 50]] },
      {
        now: 20,
        rows: [
          [1, 5, 5, 50],
          [1, 5, 12, 51],
        ],
      },
    ],
    at: 20,
    expected: [51, null],
  },
  {
    name: 'a late row of a source that does not say when it was written is found within the look-back',
    how: { created: 'none' },
    runs: [
      { now: 10, rows: [[1, 1, null, 10]] },
      {
        now: 20,
        rows: [
          [1, 1, null, 10],
          [1, 5, null, 50],
          [2, 4, null, 40],
        ],
        interval: { lookbackMs: 5 * 60_000 },
      },
    ],
    at: 20,
    expected: [50, null],
  },
  {
    name: 'rows without a key, without event time or (with the cut-off) without created time do not count',
    runs: [
      {
        now: 10,
        rows: [
          [null, 5, 5, 1],
          [1, null, 5, 2],
          [1, 5, null, 3],
          [2, 5, 5, 4],
        ],
      },
    ],
    at: 10,
    expected: [null, 4],
  },
  {
    name: 'without the cut-off a row without created time does, and loses against one that has it',
    how: { created: 'off' },
    runs: [
      {
        now: 10,
        rows: [
          [1, 5, null, 3],
          [2, 5, null, 9],
          [2, 5, 99, 4],
        ],
      },
    ],
    at: 10,
    expected: [3, 4],
  },
  {
    name: 'both ends of an interval count, and nothing beyond',
    runs: [
      {
        now: 30,
        rows: [
          [1, 4, 4, 40],
          [2, 5, 5, 50],
          [3, 8, 8, 80],
          [4, 9, 9, 90],
        ],
        interval: { from: instant(5), to: instant(8) },
      },
    ],
    at: 30,
    expected: [null, 50, 80, null],
  },
  {
    name: 'the first run goes back by the ttl, which counts itself',
    how: { ttl: '4m' },
    runs: [
      {
        now: 10,
        rows: [
          [1, 6, 6, 60],
          [2, 5, 5, 50],
        ],
      },
    ],
    at: 10,
    expected: [60, null],
  },
] as readonly Worked[]) {
  test(name, async (t) => {
    const store = memoryOnlineStore();
    for (const run of runs) {
      const { rows, ...rest } = run;
      await materialized(t, rows, { store, ...how, ...rest });
    }

    const keys = expected.map((_, index) => index + 1);
    assert.deepEqual(await looked(store, how, at, keys), expected);
  });
}

interface Worked {
  readonly name: string;
  readonly how?: How;
  readonly runs: readonly {
    readonly now: number;
    readonly rows: readonly SourceRow[];
    readonly interval?: MaterializeInterval;
  }[];
  readonly at: number;
  /** Values of the keys 1, 2, … */
  readonly expected: readonly (number | null)[];
}

test('the watermark is the interval’s end, moves last, and never beyond now', async (t) => {
  const store = memoryOnlineStore();
  const rows: readonly SourceRow[] = [[1, 5, 5, 50]];
  const run = (now: number, interval: MaterializeInterval = {}) =>
    materialized(t, rows, { store, now, interval });

  const first = await run(10, { to: instant(99) });
  assert.deepEqual(
    { ...first },
    { view: 'stats', from: null, to: instant(10), rows: 1, written: 1, watermark: instant(10) },
  );

  const again = await run(12, { lookbackMs: 60_000 });
  assert.deepEqual([again.from, again.to, again.rows, again.written], [instant(9), instant(12), 0, 0]);

  const back = await run(12, { from: instant(0), to: instant(6) });
  assert.deepEqual([back.rows, back.written, back.watermark], [1, 0, instant(12)]);

  const gap = await run(30, { from: instant(20), to: instant(25) });
  assert.equal(gap.watermark, instant(12), 'what lies between was never read');
  assert.equal((await run(31)).from, instant(12));
});

test('a run that fails half-way leaves the watermark, and the next one does all of it', async (t) => {
  const store = memoryOnlineStore();
  const broken: OnlineStore = { ...store, write: () => Promise.reject(new Error('the disk is full')) };
  const rows: readonly SourceRow[] = [[1, 5, 5, 50]];

  await assert.rejects(materialized(t, rows, { store: broken, now: 10 }), /the disk is full/);
  const [view] = service({}).views;
  assert.ok(view);
  assert.equal(await store.watermark(onlineView(view)), undefined);

  assert.equal((await materialized(t, rows, { store, now: 10 })).written, 1);
});

test('values of every type arrive exactly, and keys of every type find them', async (t) => {
  const typed = serviceFrom(`
entities: [{name: thing, join_keys: [whole, text, day, half]}]
feature_views:
  - name: all
    entities: [thing]
    source: {path: all.parquet, timestamp_field: day}
    schema:
      - {name: i, dtype: Int64}
      - {name: n, dtype: Int32}
      - {name: f, dtype: Float32}
      - {name: x, dtype: Float64}
      - {name: nan, dtype: Float64}
      - {name: s, dtype: String}
      - {name: b, dtype: Bool}
      - {name: u, dtype: UnixTimestamp}
      - {name: never, dtype: UnixTimestamp}
feature_services: [{name: v1, features: [all]}]
`);
  const folder = await parquetFiles(t, {
    all: `SELECT 9007199254740993::BIGINT AS whole, 'a' AS "text", DATE '2024-01-03' AS day, 7.0::DOUBLE AS half,
      9223372036854775807 AS i, -7::SMALLINT AS n, 0.1::FLOAT AS f, '-0'::DOUBLE AS x, 'nan'::DOUBLE AS nan, 'ß' AS s, true AS b,
      TIMESTAMP '2013-06-01 10:00:00.123456' AS u, TIMESTAMP 'infinity' AS never`,
  });
  const table = await duckdbTable().open([join(folder, 'all.parquet')]);
  t.after(() => table.close());
  const store = memoryOnlineStore();

  await createMaterializer({
    service: typed,
    sources: [{ name: 'all.parquet', table }],
    store,
    clock: { now: () => Date.parse('2024-02-01') },
    progress: { say: () => {} },
  }).materialize();

  const request = { whole: 2n ** 53n + 1n, text: 'a', day: '2024-01-03', half: 7 };
  const [row] = await createLookup(typed, store)([request], microsOf('2024-02-01') ?? 0n);
  assert.deepEqual(row?.values, {
    i: 2n ** 63n - 1n,
    n: -7n,
    f: Math.fround(0.1),
    x: -0,
    nan: NaN,
    s: 'ß',
    b: true,
    u: 1_370_080_800_123_456n,
    never: null,
  });
});

for (const { name, sql, code, says } of [
  {
    name: 'a source without a column of the schema',
    sql: 'SELECT 1 AS key, now() AS event, now() AS created, 1.5 AS value',
    code: 'MW_COLUMN_MISSING',
    says: /stats\.parquet has no column word/,
  },
  {
    name: 'a source without the join key',
    sql: "SELECT now() AS event, now() AS created, 1.5 AS value, 'x' AS word",
    code: 'MW_COLUMN_MISSING',
    says: /no column key/,
  },
  {
    name: 'a feature of another type',
    sql: "SELECT 1 AS key, now() AS event, now() AS created, 'x' AS value, 'x' AS word",
    code: 'MW_FEATURES_MISMATCH',
    says: /column value of stats\.parquet is VARCHAR/,
  },
]) {
  test(`${name} is refused before anything is read`, async (t) => {
    const folder = await parquetFiles(t, { stats: sql });
    const table = await duckdbTable().open([join(folder, 'stats.parquet')]);
    t.after(() => table.close());

    assert.throws(
      () =>
        createMaterializer({
          service: service({}),
          sources: [{ name: 'stats.parquet', table }],
          store: memoryOnlineStore(),
          clock: { now: () => 0 },
          progress: { say: () => {} },
        }),
      { code, message: says },
    );
  });
}

/** Rows that arrive up to this many minutes after their event. */
const LATEST = 6;

test('materialised in any increments, a lookup is what the point-in-time join says of a label at that time', async (t) => {
  await fc.assert(
    fc.asyncProperty(histories(), async ({ rows, ttl, created, steps }) => {
      const how: How = { ...(ttl > 0 && { ttl: `${ttl}m` }), ...(created !== 'on' && { created }) };
      const store = memoryOnlineStore();
      for (const now of steps) {
        // A source that says when rows were written holds all of them; any other only those that have arrived.
        const there = created === 'on' ? rows : rows.filter(({ arrives }) => arrives <= now);
        const table = there.map(({ row }) => row);
        const lookbackMs = created === 'on' ? 0 : LATEST * 60_000;
        await materialized(t, table, { store, now, interval: { lookbackMs }, ...how });

        assert.deepEqual(await lookedUp(store, how, now), await joinedAt(t, table, how, now), `at ${now}`);
      }
    }),
    { numRuns: 12, seed: 20_261_127 },
  );
});

const KEYS = [1, 2, 3, 4];

async function lookedUp(store: OnlineStore, how: How, at: number) {
  const answers = await createLookup(service(how), store)(
    KEYS.map((key) => ({ key })),
    instant(at),
  );
  return answers.map(({ values }) => values);
}

async function joinedAt(t: TestContext, rows: readonly SourceRow[], how: How, at: number) {
  const labels = valuesSql(
    { key: 'BIGINT', at: ZONED },
    KEYS.map((key) => [key, minute(at)]),
  );
  const folder = await parquetFiles(t, { labels, stats: sourceSql(rows) });
  const answer = await joined(folder, service(how));
  return answer.map(({ value, word, more }) => ({ value, word, more }));
}

function histories() {
  const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 10 });
  const row = fc
    .record({
      key: rarely(fc.integer({ min: 1, max: 3 })),
      event: rarely(fc.integer({ min: 0, max: 20 })),
      late: fc.integer({ min: 0, max: LATEST }),
      created: rarely(fc.integer({ min: -2, max: LATEST })),
      value: rarely(fc.integer({ min: -2, max: 2 })),
      word: rarely(fc.constantFrom('', 'a', 'ab', 'é', '\uffff', '\u{1F600}')),
    })
    .map(({ key, event, late, created, value, word }) => {
      const written = event === null || created === null ? null : event + created;
      const source: SourceRow = [key, event, written, value, word];
      return { row: source, arrives: (event ?? 0) + late };
    });
  return fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 40 }),
    ttl: fc.constantFrom(0, 1, 4, 10),
    created: fc.constantFrom('on' as const, 'off' as const, 'none' as const),
    steps: fc
      .uniqueArray(fc.integer({ min: 0, max: 28 }), { minLength: 1, maxLength: 4 })
      .map((steps) => steps.toSorted((a, b) => a - b)),
  });
}
