/** Whether two values are the same: DuckDB and the function agree on everything that a log may hold. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { Dtype } from '#core/config/features.ts';
import type { Cell, OpenTable } from '#core/ports/table.ts';
import { isSame, sameSql } from '#core/skew/same.ts';
import { parquetFiles } from '#test/support/features.ts';

const TOLERANCE = 1e-6;

for (const { name, dtype, served, offline, same } of [
  { name: 'equal numbers', dtype: 'Float64', served: 1.5, offline: 1.5, same: true },
  { name: 'the nearest float32', dtype: 'Float64', served: Math.fround(0.1), offline: 0.1, same: true },
  { name: 'a neighbour within the tolerance', dtype: 'Float64', served: 1.0000001, offline: 1, same: true },
  { name: 'a neighbour beyond it', dtype: 'Float64', served: 1.00001, offline: 1, same: false },
  { name: 'NaN and nothing', dtype: 'Float64', served: Number.NaN, offline: null, same: true },
  { name: 'NaN and zero', dtype: 'Float64', served: Number.NaN, offline: 0, same: false },
  { name: 'zero and minus zero', dtype: 'Float64', served: -0, offline: 0, same: true },
  {
    name: 'infinity and a number',
    dtype: 'Float64',
    served: Number.POSITIVE_INFINITY,
    offline: 1,
    same: false,
  },
  {
    name: 'nothing and infinity, which no log holds',
    dtype: 'Float64',
    served: null,
    offline: Number.NEGATIVE_INFINITY,
    same: true,
  },
  { name: 'nothing and what no float32 can hold', dtype: 'Float64', served: null, offline: 1e39, same: true },
  {
    name: 'infinity and itself',
    dtype: 'Float64',
    served: Number.POSITIVE_INFINITY,
    offline: Number.POSITIVE_INFINITY,
    same: true,
  },
  { name: 'a number as text', dtype: 'Int64', served: '12', offline: 12, same: true },
  { name: 'a text that is no number', dtype: 'Int64', served: 'twelve', offline: 12, same: false },
  { name: 'a text that is no number, and nothing', dtype: 'Int64', served: 'x', offline: null, same: false },
  { name: 'a boolean as a number', dtype: 'Bool', served: 1, offline: true, same: true },
  { name: 'a boolean as text', dtype: 'Bool', served: 'false', offline: false, same: true },
  { name: 'the empty text and nothing', dtype: 'String', served: '', offline: null, same: true },
  { name: 'texts of other capitals', dtype: 'String', served: 'jfk', offline: 'JFK', same: false },
  {
    name: 'instants to the millisecond',
    dtype: 'UnixTimestamp',
    served: '2013-06-01T10:00:00.123Z',
    offline: '2013-06-01T10:00:00.123456Z',
    same: true,
  },
  {
    name: 'instants an hour apart',
    dtype: 'UnixTimestamp',
    served: '2013-06-01T10:00:00Z',
    offline: '2013-06-01T11:00:00Z',
    same: false,
  },
] as const satisfies readonly {
  name: string;
  dtype: Dtype;
  served: Cell;
  offline: Cell;
  same: boolean;
}[]) {
  test(`${name}: ${same ? 'the same' : 'not the same'}, in SQL too`, async (t) => {
    const table = await anyTable(t);

    assert.equal(isSame(served, offline, { dtype, tolerance: TOLERANCE }), same);
    assert.equal(await bySql(table, dtype, served, offline), same);
  });
}

test('on random numbers the two agree, near the tolerance and at the extremes', async (t) => {
  const table = await anyTable(t);
  const number = fc.oneof(
    fc.double(),
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, 2 ** 53),
  );
  const near = fc.double({ min: 1 - 3e-6, max: 1 + 3e-6, noNaN: true });
  const pair = fc
    .tuple(number, number, near, fc.boolean())
    .map(([a, b, factor, isNear]): [Cell, Cell] => [isNear && a !== null ? a * factor : b, a]);
  const pairs = fc.sample(pair, { numRuns: 400, seed: 20_261_127 });

  const values = pairs.map(([served, offline]) => `(${double(served)}, ${double(offline)})`).join(', ');
  const sql = sameSql('s', 'o', { dtype: 'Float64', tolerance: TOLERANCE });
  const answers = await table.query(`SELECT ${sql} AS same FROM (VALUES ${values}) AS pairs(s, o)`);

  for (const [index, [served, offline]] of pairs.entries()) {
    const expected = isSame(served, offline, { dtype: 'Float64', tolerance: TOLERANCE });
    assert.equal(answers[index]?.same, expected, `${served} and ${offline}`);
  }
});

async function anyTable(t: TestContext): Promise<OpenTable> {
  const folder = await parquetFiles(t, { any: 'SELECT 1 AS x' });
  const table = await duckdbTable().open([`${folder}/any.parquet`]);
  t.after(() => table.close());
  return table;
}

async function bySql(table: OpenTable, dtype: Dtype, served: Cell, offline: Cell): Promise<Cell | undefined> {
  const cell = (value: Cell, isTime: boolean) => {
    if (typeof value === 'string') return isTime ? `TIMESTAMPTZ '${value}'` : `'${value}'`;
    if (value === null && dtype === 'String') return 'CAST(NULL AS VARCHAR)';
    return typeof value === 'boolean' ? String(value) : double(value);
  };
  const isTime = dtype === 'UnixTimestamp';
  const sql = sameSql('s', 'o', { dtype, tolerance: TOLERANCE });
  const from = `(SELECT ${cell(served, isTime)} AS s, ${cell(offline, isTime)} AS o)`;
  const [row] = await table.query(`SELECT ${sql} AS same FROM ${from}`);
  return row?.same;
}

function double(value: Cell): string {
  return value === null
    ? 'CAST(NULL AS DOUBLE)'
    : `CAST('${Object.is(value, -0) ? '-0.0' : value}' AS DOUBLE)`;
}
