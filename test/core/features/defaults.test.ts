/** Nulls of features become their defaults: DuckDB and the function that serving calls say the same, type by type. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { defaultsOf, filled } from '#core/features/defaults.ts';
import { joinFeatures } from '#core/flows/join-features.ts';
import { parquetFiles, serviceFrom, valuesSql } from '#test/support/features.ts';

const SERVICE = serviceFrom(`
entities: [{name: thing, join_keys: [key]}]
feature_views:
  - name: stats
    entities: [thing]
    ttl: 1h
    source: {path: stats.parquet, timestamp_field: event}
    schema:
      - {name: i, dtype: Int32}
      - {name: l, dtype: Int64}
      - {name: f, dtype: Float32}
      - {name: d, dtype: Float64}
      - {name: s, dtype: String}
      - {name: b, dtype: Bool}
      - {name: t, dtype: UnixTimestamp}
on_demand:
  - {name: half, expr: 'd / 2.0', dtype: Float64}
  - {name: known, expr: 'd != null', dtype: Bool}
feature_services: [{name: v1, features: [stats, half, known]}]
`);

const GIVEN = {
  i: -7,
  l: 9007199254740991,
  f: 0.1,
  d: -0.5,
  s: "it's",
  b: false,
  t: '2013-06-01T10:00:00.000001Z',
  half: 3,
};

const TYPES = {
  key: 'BIGINT',
  event: 'TIMESTAMP',
  i: 'INTEGER',
  l: 'BIGINT',
  f: 'FLOAT',
  d: 'DOUBLE',
  s: 'VARCHAR',
  b: 'BOOLEAN',
  t: 'TIMESTAMP',
};

test('what is null, too old or not there gets its default; NaN and values stay; expressions see the null', async (t) => {
  const folder = await parquetFiles(t, {
    labels: valuesSql({ key: 'BIGINT', at: 'TIMESTAMP' }, [
      [1, '2013-06-01 10:00:00'],
      [2, '2013-06-01 10:00:00'],
      [3, '2013-06-01 10:00:00'],
      [4, '2013-06-01 10:00:00'],
    ]),
    stats: valuesSql(TYPES, [
      [1, '2013-06-01 10:00:00', 1, 2, 0.5, 'nan', '', 'true', '2013-01-01 00:00:00'],
      [2, '2013-06-01 10:00:00', null, null, null, null, null, null, null],
      [3, '2013-06-01 08:59:59', 1, 2, 0.5, 7, 'old', 'true', '2013-01-01 00:00:00'],
    ]),
  });
  const file = (name: string) => ({ name, path: `${folder}/${name}.parquet` });
  const defaults = defaultsOf(SERVICE, GIVEN);

  await joinFeatures(duckdbTable({ loadUpTo: 0 }), {
    service: SERVICE,
    labels: file('labels'),
    timestamp: 'at',
    sources: [file('stats')],
    defaults,
    out: `${folder}/out.parquet`,
  });

  const table = await duckdbTable().open([`${folder}/out.parquet`]);
  t.after(() => table.close());
  const [first, ...others] = await table.query('SELECT * EXCLUDE (key, "at") FROM data ORDER BY key');
  const own = { i: 1, l: 2, f: 0.5, s: '', b: true, t: '2013-01-01T00:00:00.000Z', known: true };
  assert.deepEqual(first, { ...own, d: Number.NaN, half: Number.NaN });
  const filledRow = { ...GIVEN, f: Math.fround(0.1), known: false };
  assert.deepEqual(others, [filledRow, filledRow, filledRow]);
  // Serving's values of the same columns: an int is a bigint, a timestamp bigint microseconds.
  const served = Object.keys(filledRow).map((column) => [column, filled(null, column, defaults)]);
  assert.deepEqual(Object.fromEntries(served), {
    ...GIVEN,
    i: -7n,
    l: 9007199254740991n,
    f: Math.fround(0.1),
    t: BigInt(Date.parse('2013-06-01T10:00:00Z')) * 1000n + 1n,
    known: null,
  });
  assert.equal(filled(Number.NaN, 'd', defaults), Number.NaN);
});

for (const { column, value } of [
  { column: 'i', value: 2 ** 31 },
  { column: 'i', value: 1.5 },
  { column: 'l', value: 2 ** 53 },
  { column: 'l', value: '1' },
  { column: 'f', value: 1e39 },
  { column: 'd', value: true },
  { column: 's', value: 1 },
  { column: 'b', value: 0 },
  { column: 't', value: '2013-02-30' },
  { column: 'stats', value: 1 },
  { column: '__proto__', value: 1 },
]) {
  test(`the default ${JSON.stringify(value)} of ${column} is refused`, () => {
    const given = Object.fromEntries([[column, value]]);

    assert.throws(() => defaultsOf(SERVICE, given), { code: 'MW_CONFIG_INVALID' });
  });
}
