import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { opened, tableContract } from '#test/contracts/table.ts';
import { temporaryFolder } from '#test/support/folder.ts';

tableContract('DuckDB', () => duckdbTable());

test('parquet files are one table, with every type as a cell', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await parquet(join(folder, '1.parquet'), EVERY_TYPE);
  const second = await parquet(join(folder, '2.parquet'), EVERY_TYPE);
  const table = await duckdbTable().open([first, second]);
  t.after(() => table.close());

  const rows = await table.query('SELECT * FROM data');

  assert.equal(rows.length, 2);
  assert.deepEqual(rows[0], {
    huge: 1,
    decimal: 1.5,
    instant: '2020-01-01T08:00:00.000Z',
    local: '2019-12-31T23:59:59.999999Z',
    early: '1969-12-31T23:59:59.999999Z',
    forever: 'infinity',
    day: '2020-01-01',
    list: '[1, 2]',
    blob: '<3 bytes>',
    not_a_number: Number.NaN,
    nothing: null,
  });
});

const EVERY_TYPE = `SELECT 1::HUGEINT AS huge, 1.5::DECIMAL(10, 2) AS decimal,
  TIMESTAMPTZ '2020-01-01 10:00:00+02' AS instant, TIMESTAMP '2019-12-31 23:59:59.999999' AS local,
  TIMESTAMP '1969-12-31 23:59:59.999999' AS early, 'infinity'::TIMESTAMP AS forever, DATE '2020-01-01' AS day,
  [1, 2] AS list, 'abc'::BLOB AS blob, 'nan'::DOUBLE AS not_a_number, NULL::INTEGER AS nothing`;

for (const { name, file, content } of [
  { name: 'a missing file', file: 'none.parquet', content: undefined },
  { name: 'another ending', file: 'rows.xlsx', content: 'id\n1\n' },
  { name: 'no ending', file: 'constructor', content: 'id\n1\n' },
  { name: 'a parquet file of other bytes', file: 'rows.parquet', content: 'id,late\n1,0\n' },
  { name: 'an empty parquet file', file: 'rows.parquet', content: '' },
  { name: 'an empty CSV file', file: 'rows.csv', content: '' },
  { name: 'a CSV file with a row too long', file: 'rows.csv', content: 'a,b\n1,2\n1,2,3,4\n5,6\n' },
]) {
  test(`${name} is refused by its name`, async (t) => {
    const path = join(await temporaryFolder(t), file);
    if (content !== undefined) await writeFile(path, content);

    await assert.rejects(duckdbTable().open([path]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MW_TABLE_UNREADABLE');
      assert.ok(error.message.includes(path));
      return true;
    });
  });
}

test('files of other types and columns are one table by name, with types that hold every value', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await parquet(join(folder, '1.parquet'), 'SELECT 1 AS id, 2 AS fare');
  const second = await parquet(join(folder, '2.parquet'), `SELECT 2.5::DOUBLE AS fare, 2 AS id, 'x' AS gate`);
  const table = await duckdbTable().open([first, second]);
  t.after(() => table.close());

  assert.deepEqual(await table.query('SELECT * FROM data ORDER BY id'), [
    { id: 1, fare: 2, gate: null },
    { id: 2, fare: 2.5, gate: 'x' },
  ]);
});

test('a truncated parquet file is refused', async (t) => {
  const path = await parquet(
    join(await temporaryFolder(t), 'cut.parquet'),
    'SELECT range AS id FROM range(1000)',
  );
  await truncate(path, 500);

  await assert.rejects(duckdbTable().open([path]), { code: 'MW_TABLE_UNREADABLE', message: /cut\.parquet/ });
});

test('a folder, no file at all, and formats mixed are refused', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'folder.csv'));
  await writeFile(join(folder, 'rows.csv'), 'id\n1\n');
  const rows = await parquet(join(folder, 'rows.parquet'), 'SELECT 1 AS id');

  await assert.rejects(duckdbTable().open([join(folder, 'folder.csv')]), { code: 'MW_TABLE_UNREADABLE' });
  await assert.rejects(duckdbTable().open([]), { code: 'MW_TABLE_UNREADABLE' });
  await assert.rejects(duckdbTable().open([rows, join(folder, 'rows.csv')]), { code: 'MW_TABLE_UNREADABLE' });
});

for (const name of [
  "o'clock.csv",
  'a*b.csv',
  'what?.csv',
  '[x].csv',
  'year=2013/rows.csv',
  'sp ace;--.csv',
]) {
  test(`the path ${name} means itself and nothing else`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'id\n1\n');
    await writeFile(join(folder, 'aXb.csv'), 'id\n2\n');
    await writeFile(join(folder, 'x.csv'), 'id\n3\n');
    const table = await duckdbTable().open([path]);
    t.after(() => table.close());

    assert.deepEqual(await table.query('SELECT * FROM data'), [{ id: 1 }]);
  });
}

for (const loadUpTo of [undefined, 0]) {
  const how = loadUpTo === 0 ? 'read in place' : 'loaded';
  const table = () => duckdbTable(loadUpTo === undefined ? {} : { loadUpTo });

  for (const sql of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('http://127.0.0.1/x.csv')",
    "COPY data TO '/tmp/mergeway-stolen.csv'",
    "ATTACH '/tmp/mergeway-stolen.db'",
    'SET enable_external_access = true',
    "SET temp_directory = '/tmp'",
    'INSTALL httpfs',
    'DROP TABLE data',
    'CREATE TABLE more AS SELECT 1',
    'SELECT 1; SELECT 2',
    '',
  ]) {
    test(`a table ${how} refuses: ${sql || 'an empty query'}`, async (t) => {
      const open = await opened(t, table(), 'id\n1\n');

      await assert.rejects(open.query(sql), { code: 'MW_TABLE_QUERY' });
      assert.deepEqual(await open.query('SELECT * FROM data'), [{ id: 1 }]);
    });
  }
}

test('files above the load limit are read in place, with the same answers', async (t) => {
  const open = await opened(t, duckdbTable({ loadUpTo: 0 }), 'id,name\n2,b\n1,a\n');

  const batches = await Array.fromAsync(open.read({ columns: ['name'], orderBy: 'id' }));

  assert.deepEqual(batches, [{ rows: 2, columns: { name: ['a', 'b'] } }]);
});

test('a column called __proto__ is a column', async (t) => {
  const open = await opened(t, duckdbTable(), '__proto__,id\n7,1\n');

  const [row] = await open.query('SELECT * FROM data');

  assert.ok(row && Object.hasOwn(row, '__proto__'));
});

test('two readers and a query at once do not disturb each other', async (t) => {
  const rows = Array.from({ length: 20_000 }, (_, i) => String(i));
  const open = await opened(t, duckdbTable(), `id\n${rows.join('\n')}\n`);
  const count = async () => {
    let seen = 0;
    for await (const batch of open.read({ columns: ['id'], batch: 1000 })) seen += batch.rows;
    return seen;
  };

  const [a, b, [total]] = await Promise.all([count(), count(), open.query('SELECT count(*) AS n FROM data')]);

  assert.deepEqual([a, b, total], [20_000, 20_000, { n: 20_000 }]);
});

/** Writes a parquet file with DuckDB itself. */
async function parquet(path: string, select: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  assert.ok((await readFile(path)).byteLength > 0);
  return path;
}
