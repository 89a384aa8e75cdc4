/** The point-in-time join through the real DuckDB: worked cases, a joiner by brute force, keys, zones, names and expressions. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { FeatureService } from '#core/features/service.ts';
import type { Row } from '#core/ports/table.ts';
import { joined, parquetFiles, serviceFrom, valuesSql } from '#test/support/features.ts';
import { bruteForce, type FeatureRow, type Label } from './brute-force.ts';
import { CASES, type Case, instantOf } from './cases.ts';

const ZONED = 'TIMESTAMP WITH TIME ZONE';

function service({ ttl, created }: Pick<Case, 'ttl' | 'created'>): FeatureService {
  const source = `path: stats.parquet, timestamp_field: event${created === 'none' ? '' : ', created_timestamp_field: created'}`;
  return serviceFrom(`
entities: [{name: thing, join_keys: [key]}]
feature_views:
  - {name: stats, entities: [thing], source: {${source}}, ${ttl ? `ttl: ${ttl}, ` : ''}schema: [{name: value, dtype: Float64}]}
feature_services: [{name: v1, features: [stats], filter_by_created_timestamp: ${created !== 'off'}}]
`);
}

/** Cases of one service are joined at once, each with keys of its own. */
for (const [how, cases] of Map.groupBy(
  CASES,
  ({ ttl = 'none', created = 'on' }) => `ttl ${ttl}, cut-off ${created}`,
)) {
  test(`worked cases with ${how}`, async (t) => {
    const [{ ttl, created } = {}] = cases;
    const folder = await parquetFiles(t, filesOf(cases));

    const answer = await joined(folder, service({ ...(ttl && { ttl }), ...(created && { created }) }));

    for (const [place, { name, labels, expected }] of cases.entries()) {
      const first = cases.slice(0, place).reduce((sum, one) => sum + one.labels.length, 0);
      const own = answer.slice(first, first + labels.length);
      await t.test(name, () => {
        assert.deepEqual(
          own.map(({ value }) => value),
          expected,
        );
        assert.deepEqual(
          own.map(({ key }) => key),
          labels.map(([key]) => keyOf(key, place)),
        );
      });
    }
    assert.equal(answer.length, cases.flatMap(({ labels }) => labels).length);
  });
}

function filesOf(cases: readonly Case[]): Readonly<Record<string, string>> {
  const times = (time: string | null) => (time === null ? null : instantOf(time));
  return {
    labels: valuesSql(
      { key: 'BIGINT', at: ZONED },
      cases.flatMap(({ labels }, place) => labels.map(([key, at]) => [keyOf(key, place), times(at)])),
    ),
    stats: valuesSql(
      { key: 'BIGINT', event: ZONED, created: ZONED, value: 'DOUBLE' },
      cases.flatMap(({ rows }, place) =>
        rows.map(([key, event, created, value]) => [keyOf(key, place), times(event), times(created), value]),
      ),
    ),
  };
}

function keyOf(key: number | null, place: number): number | null {
  return key === null ? null : 100 * place + key;
}

test('labels without a time or a key have no features, however many there are', async (t) => {
  const keys = Array.from({ length: 200 }, (_, key) => key);
  const labels = keys.flatMap((key): readonly Label[] => [
    { key, at: null },
    { key: null, at: 9 },
    { key, at: 9 },
  ]);
  const rows = keys.map((key): FeatureRow => ({ key, event: 3, created: 3, value: key }));

  const answer = await joinedSeconds(t, labels, rows, service({}));

  assert.deepEqual(
    answer.map(({ value }) => value),
    keys.flatMap((key) => [null, null, key]),
  );
});

test('the join is what a joiner by brute force finds, on random small tables', async (t) => {
  await fc.assert(
    fc.asyncProperty(tables(), async ({ labels, rows, ttl, cutOff }) => {
      const expected = bruteForce(labels, rows, { ttlSeconds: ttl, cutOff });

      const answer = await joinedSeconds(
        t,
        labels,
        rows,
        service({
          ...(ttl > 0 && { ttl: `${ttl}s` }),
          ...(!cutOff && { created: 'off' }),
        }),
      );

      assert.deepEqual(
        answer.map(({ value }) => value),
        expected,
      );
    }),
    { numRuns: 16, seed: 20_260_924 },
  );
});

function tables() {
  const key = fc.option(fc.integer({ min: 1, max: 12 }), { nil: null, freq: 8 });
  const second = fc.option(fc.integer({ min: 0, max: 12 }), { nil: null, freq: 10 });
  return fc.record({
    labels: fc.array(fc.record({ key, at: second }), { maxLength: 120, size: 'large' }),
    rows: fc.array(
      fc.record({
        key,
        event: second,
        created: second,
        value: fc.option(fc.integer({ min: 0, max: 99 }), { nil: null }),
      }),
      { maxLength: 180, size: 'large' },
    ),
    ttl: fc.constantFrom(0, 1, 3, 6),
    cutOff: fc.boolean(),
  });
}

async function joinedSeconds(
  t: TestContext,
  labels: readonly Label[],
  rows: readonly FeatureRow[],
  of: FeatureService,
): Promise<readonly Row[]> {
  const time = (second: number | null) =>
    second === null ? null : `2024-01-03T10:00:${String(second).padStart(2, '0')}Z`;
  const folder = await parquetFiles(t, {
    labels: valuesSql(
      { key: 'BIGINT', at: ZONED },
      labels.map(({ key, at }) => [key, time(at)]),
    ),
    stats: valuesSql(
      { key: 'BIGINT', event: ZONED, created: ZONED, value: 'DOUBLE' },
      rows.map(({ key, event, created, value }) => [key, time(event), time(created), value]),
    ),
  });
  return joined(folder, of);
}

const PAIR = `
entities: [{name: route, join_keys: [origin, dest]}]
feature_views:
  - {name: stats, entities: [route], source: {path: stats.parquet, timestamp_field: event}, schema: [{name: value, dtype: Int64}]}
feature_services: [{name: v1, features: [stats]}]
`;

for (const { name, rows, labels, expected } of [
  {
    name: 'both of two keys have to be equal',
    rows: [
      ['JFK', 'SFO', '08:00', 1],
      ['JFK', 'LAX', '09:00', 2],
      ['LGA', 'SFO', '09:00', 3],
    ],
    labels: [['JFK', 'SFO']],
    expected: [1],
  },
  {
    name: 'two keys the other way round are others',
    rows: [['SFO', 'JFK', '08:00', 1]],
    labels: [['JFK', 'SFO']],
    expected: [null],
  },
  {
    name: 'each pair of keys has its own latest row',
    rows: [
      ['JFK', 'SFO', '08:00', 1],
      ['JFK', 'SFO', '09:00', 2],
      ['JFK', 'LAX', '07:00', 3],
    ],
    labels: [
      ['JFK', 'LAX'],
      ['JFK', 'SFO'],
    ],
    expected: [3, 2],
  },
  {
    name: 'where one of two keys is null nothing is equal',
    rows: [
      ['JFK', null, '08:00', 1],
      [null, 'SFO', '08:00', 2],
    ],
    labels: [
      ['JFK', null],
      [null, 'SFO'],
      ['JFK', 'SFO'],
    ],
    expected: [null, null, null],
  },
]) {
  test(name, async (t) => {
    const folder = await parquetFiles(t, {
      labels: valuesSql(
        { origin: 'VARCHAR', dest: 'VARCHAR', at: ZONED },
        labels.map(([origin = null, dest = null]) => [origin, dest, '2024-01-03 10:00:00Z']),
      ),
      stats: valuesSql(
        { origin: 'VARCHAR', dest: 'VARCHAR', event: ZONED, value: 'BIGINT' },
        rows.map(([origin = null, dest = null, time = null, value = null]) => [
          origin,
          dest,
          `2024-01-03 ${time}:00Z`,
          value,
        ]),
      ),
    });

    const answer = await joined(folder, serviceFrom(PAIR));

    assert.deepEqual(
      answer.map(({ value }) => value),
      expected,
    );
  });
}

for (const { name, event, at, type, sees } of [
  {
    name: 'the zone of a row is heeded',
    event: '2024-01-03 12:00:00+02',
    at: '2024-01-03 10:00:00Z',
    sees: true,
  },
  {
    name: 'a row later by its zone is later',
    event: '2024-01-03 09:00:01-01',
    at: '2024-01-03 10:00:00Z',
    sees: false,
  },
  {
    name: 'the zone of a label is heeded',
    event: '2024-01-03 10:00:01Z',
    at: '2024-01-03 12:00:00+02',
    sees: false,
  },
  {
    name: 'half hours of a zone count',
    event: '2024-01-03 15:30:00+05:30',
    at: '2024-01-03 10:00:00Z',
    sees: true,
  },
  {
    name: 'the second 02:30 of the night that the clocks go back is later',
    event: '2024-10-27 02:30:00+01',
    at: '2024-10-27 02:30:00+02',
    sees: false,
  },
  {
    name: 'the first 02:30 of that night is earlier',
    event: '2024-10-27 02:30:00+02',
    at: '2024-10-27 02:30:00+01',
    sees: true,
  },
  {
    name: 'a label without a zone is UTC',
    event: '2024-01-03 12:00:00+02',
    at: '2024-01-03 10:00:00',
    type: 'TIMESTAMP',
    sees: true,
  },
  {
    name: 'a label without a zone is not the time of some machine',
    event: '2024-01-03 10:00:01Z',
    at: '2024-01-03 10:00:00',
    type: 'TIMESTAMP',
    sees: false,
  },
  {
    name: 'a label that is a day is its midnight in UTC',
    event: '2024-01-03 01:00:00+01',
    at: '2024-01-03',
    type: 'DATE',
    sees: true,
  },
  {
    name: 'a row in the morning is after the day that is a label',
    event: '2024-01-03 00:00:01Z',
    at: '2024-01-03',
    type: 'DATE',
    sees: false,
  },
  {
    name: 'labels in whole seconds are times',
    event: '2024-01-03 10:00:00Z',
    at: '2024-01-03 10:00:00',
    type: 'TIMESTAMP_S',
    sees: true,
  },
  {
    name: 'labels in nanoseconds are times',
    event: '2024-01-03 10:00:00.000001Z',
    at: '2024-01-03 10:00:00',
    type: 'TIMESTAMP_NS',
    sees: false,
  },
]) {
  test(name, async (t) => {
    const folder = await parquetFiles(t, {
      labels: valuesSql({ key: 'BIGINT', at: type ?? ZONED }, [[1, at]]),
      stats: valuesSql({ key: 'BIGINT', event: ZONED, value: 'DOUBLE' }, [[1, event, 5]]),
    });

    const [answer] = await joined(folder, service({ created: 'none' }));

    assert.equal(answer?.value, sees ? 5 : null);
  });
}

const TWO_VIEWS = `
entities:
  - {name: airport, join_keys: [origin]}
  - {name: route, join_keys: [origin, dest]}
feature_views:
  - name: weather
    entities: [airport]
    source: {path: weather.parquet, timestamp_field: time}
    ttl: 2h
    schema: [{name: temp, dtype: Float64}, {name: wind, dtype: Int64}]
  - name: delays
    entities: [airport, route]
    source: {path: delays.parquet, timestamp_field: landed, created_timestamp_field: written}
    schema: [{name: mean, dtype: Float64}, {name: temp, dtype: Float64}]
request_fields: [{name: distance, dtype: Float64}]
on_demand:
  - {name: feels, expr: 'weather.temp - double(wind) * 0.5', dtype: Float64}
  - {name: slow, expr: 'mean.orValue(0.0) / distance > 0.01', dtype: Bool}
  - {name: hour, expr: "wind == null ? -1 : size('four')", dtype: Int64}
feature_services:
  - {name: v1, features: [weather, 'delays:mean', feels, slow, hour]}
  - {name: full, features: [weather, delays], full_feature_names: true}
  - {name: hidden, features: [feels]}
`;

const LABELS = valuesSql(
  { id: 'BIGINT', origin: 'VARCHAR', dest: 'VARCHAR', at: 'TIMESTAMP', distance: 'DOUBLE' },
  [
    [1, 'JFK', 'SFO', '2024-01-03 10:00:00', 100],
    [2, 'JFK', null, '2024-01-03 10:00:00', 100],
    [3, 'LGA', 'SFO', '2024-01-03 12:00:00', 100],
  ],
);

const TWO_SOURCES = {
  labels: LABELS,
  weather: valuesSql({ origin: 'VARCHAR', time: ZONED, temp: 'FLOAT', wind: 'INTEGER' }, [
    ['JFK', '2024-01-03 11:00:00+02', 4, 2],
    ['LGA', '2024-01-03 09:00:00Z', 5, 3],
  ]),
  delays: valuesSql(
    {
      origin: 'VARCHAR',
      dest: 'VARCHAR',
      landed: 'TIMESTAMP',
      written: ZONED,
      mean: 'DOUBLE',
      temp: 'DOUBLE',
    },
    [
      ['JFK', 'SFO', '2024-01-03 09:00:00', '2024-01-03 09:00:00-01', 7, 70],
      ['JFK', 'LAX', '2024-01-03 09:30:00', '2024-01-03 09:00:00', 8, 80],
      ['LGA', 'SFO', '2024-01-03 09:00:00', '2024-01-03 09:00:00', 0.5, 90],
    ],
  ),
};

test('several views, each by its keys; times without a zone are UTC; expressions see both and the request', async (t) => {
  const folder = await parquetFiles(t, TWO_SOURCES);

  const answer = await joined(folder, serviceFrom(TWO_VIEWS));

  const at = '2024-01-03T10:00:00.000Z';
  assert.deepEqual(answer, [
    {
      id: 1,
      origin: 'JFK',
      dest: 'SFO',
      at,
      distance: 100,
      temp: 4,
      wind: 2,
      mean: 7,
      feels: 3,
      slow: true,
      hour: 4,
    },
    {
      id: 2,
      origin: 'JFK',
      dest: null,
      at,
      distance: 100,
      temp: 4,
      wind: 2,
      mean: null,
      feels: 3,
      slow: false,
      hour: 4,
    },
    {
      id: 3,
      origin: 'LGA',
      dest: 'SFO',
      at: '2024-01-03T12:00:00.000Z',
      distance: 100,
      temp: null,
      wind: null,
      mean: 0.5,
      feels: null,
      slow: false,
      hour: -1,
    },
  ]);
});

test('full_feature_names gives view__feature, and equal names of two views do not meet', async (t) => {
  const folder = await parquetFiles(t, TWO_SOURCES);

  const [first] = await joined(folder, serviceFrom(TWO_VIEWS, 'full'));

  assert.deepEqual(Object.keys(first ?? {}).slice(5), [
    'weather__temp',
    'weather__wind',
    'delays__mean',
    'delays__temp',
  ]);
  assert.equal(first?.delays__temp, 70);
});

test('what only an expression reads is joined and left out of the result', async (t) => {
  const folder = await parquetFiles(t, TWO_SOURCES);

  const [first] = await joined(folder, serviceFrom(TWO_VIEWS, 'hidden'));

  assert.deepEqual(Object.keys(first ?? {}), ['id', 'origin', 'dest', 'at', 'distance', 'feels']);
});

for (const { name, labels, says, code } of [
  {
    name: 'a missing join key',
    labels: "SELECT 'x' AS dest, now() AS at, 1.5 AS distance",
    says: /labels\.parquet has no column origin/,
    code: 'MW_COLUMN_MISSING',
  },
  {
    name: 'a misspelt timestamp',
    labels: "SELECT 'x' AS origin, 'x' AS dest, now() AS att, 1.5 AS distance",
    says: /no column at; did you mean `att`/,
    code: 'MW_COLUMN_MISSING',
  },
  {
    name: 'a time that is text',
    labels: "SELECT 'x' AS origin, 'x' AS dest, 'now' AS at, 1.5 AS distance",
    says: /column at of labels\.parquet is VARCHAR/,
    code: 'MW_FEATURES_MISMATCH',
  },
  {
    name: 'a key of another type',
    labels: "SELECT 7 AS origin, 'x' AS dest, now() AS at, 1.5 AS distance",
    says: /join key origin is INTEGER in labels\.parquet and VARCHAR in weather/,
    code: 'MW_FEATURES_MISMATCH',
  },
  {
    name: 'a column that the service gives too',
    labels: `SELECT 'x' AS origin, 'x' AS dest, now() AS at, 1.5 AS distance, 1 AS "Temp"`,
    says: /has a column temp already/,
    code: 'MW_FEATURES_MISMATCH',
  },
  {
    name: 'a missing request field',
    labels: "SELECT 'x' AS origin, 'x' AS dest, now() AS at",
    says: /no column distance/,
    code: 'MW_COLUMN_MISSING',
  },
]) {
  test(`${name} is refused by file and column`, async (t) => {
    const folder = await parquetFiles(t, { ...TWO_SOURCES, labels });

    await assert.rejects(joined(folder, serviceFrom(TWO_VIEWS)), { code, message: says });
  });
}
