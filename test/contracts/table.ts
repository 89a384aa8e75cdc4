/** What every table promises, over files that the suite writes itself. */

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Columns, OpenTable, Table } from '#core/ports/table.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const FLIGHTS = `id,at,late,fare,big
b,2013-05-02T10:00:00Z,true,12.5,1
a,2013-05-01T23:30:00Z,false,,9007199254740993
c,2013-05-01T00:00:00.123456Z,,3,2
`;

export function tableContract(name: string, make: () => Table): void {
  test(`${name}: a CSV file has typed columns`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);

    assert.deepEqual(
      table.columns.map((column) => column.name),
      ['id', 'at', 'late', 'fare', 'big'],
    );
    assert.equal(table.columns[2]?.type, 'BOOLEAN');
    assert.equal(table.columns[4]?.type, 'BIGINT');
  });

  test(`${name}: counts are numbers, instants are ISO 8601 in UTC, empty is null, big integers keep their digits`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);

    assert.deepEqual(await table.query('SELECT count(*) AS n, sum(fare) AS fares FROM data'), [
      { n: 3, fares: 15.5 },
    ]);
    assert.deepEqual(await table.query('SELECT * FROM data ORDER BY id'), [
      { id: 'a', at: '2013-05-01T23:30:00.000Z', late: false, fare: null, big: '9007199254740993' },
      { id: 'b', at: '2013-05-02T10:00:00.000Z', late: true, fare: 12.5, big: 1 },
      { id: 'c', at: '2013-05-01T00:00:00.123456Z', late: null, fare: 3, big: 2 },
    ]);
  });

  test(`${name}: placeholders take values as they are`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);
    const hostile = "a' OR 'x'='x";

    assert.deepEqual(await table.query('SELECT id FROM data WHERE id = ?', [hostile]), []);
    assert.deepEqual(await table.query('SELECT id FROM data WHERE big = ? AND late = ?', [1, true]), [
      { id: 'b' },
    ]);
    assert.deepEqual(await table.query('SELECT id FROM data ORDER BY id LIMIT ?', [1]), [{ id: 'a' }]);
    assert.deepEqual(await table.query('SELECT id FROM data WHERE fare > ?', [3.5]), [{ id: 'b' }]);
  });

  test(`${name}: columns are read in batches, in the file's order or a column's`, async (t) => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${(i * 7) % 5000},${i}`);
    const table = await opened(t, make(), `key,line\n${rows.join('\n')}\n`);

    const asFiled = await all(table.read({ columns: ['line'], batch: 1999 }));
    const byKey = await all(table.read({ columns: ['key', 'line'], orderBy: 'key' }));

    assert.deepEqual(
      asFiled.map((batch) => batch.rows),
      [1999, 1999, 1002],
    );
    assert.deepEqual(
      asFiled.flatMap((batch) => batch.columns.line ?? []),
      rows.map((_, i) => i),
    );
    assert.deepEqual(
      byKey.flatMap((batch) => batch.columns.key ?? []),
      rows.map((_, i) => i),
    );
  });

  test(`${name}: conditions come as columns of true and false, nothing being false`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);
    const flags = { 'is dear': '"fare" > 10', 'is late': '"late"' };

    const [batch] = await all(table.read({ columns: ['id'], flags, orderBy: 'id' }));

    assert.deepEqual(batch?.columns, {
      id: ['a', 'b', 'c'],
      'is dear': [false, true, false],
      'is late': [false, true, false],
    });
  });

  test(`${name}: numbers come as they are, nothing being NaN; text is refused`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);

    const chunks = await all(table.numbers('SELECT fare, CAST(big AS DOUBLE) FROM data ORDER BY id'));

    assert.deepEqual(
      [0, 1].map((column) => chunks.flatMap((chunk) => [...(chunk[column] ?? [])])),
      [
        [Number.NaN, 12.5, 3],
        [9007199254740992, 1, 2],
      ],
    );
    await assert.rejects(all(table.numbers('SELECT id FROM data')), { code: 'MW_TABLE_QUERY' });
  });

  test(`${name}: the rows of a query come in batches, exactly, and two queries at a time do not disturb each other`, async (t) => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i}`);
    const table = await opened(t, make(), `line\n${rows.join('\n')}\n`);
    const sql = 'SELECT 2 * line AS "double", line FROM data WHERE line > 0 ORDER BY line';

    const [batches, others] = await Promise.all([all(table.stream(sql, 1999)), all(table.stream(sql))]);

    assert.deepEqual(
      batches.map((batch) => batch.rows),
      [1999, 1999, 1001],
    );
    assert.deepEqual(Object.keys(batches[0]?.columns ?? {}), ['double', 'line']);
    assert.equal(batches[2]?.columns.double?.at(-1), 9998);
    assert.equal(
      others.reduce((sum, batch) => sum + batch.rows, 0),
      4999,
    );
    await assert.rejects(all(table.stream('DROP TABLE data')), { code: 'MW_TABLE_QUERY' });
    await assert.rejects(all(table.stream('SELECT nothing FROM data')), { code: 'MW_TABLE_QUERY' });
  });

  test(`${name}: rows with equal keys keep the order of the file`, async (t) => {
    const rows = Array.from({ length: 6000 }, (_, i) => `${i % 2},${i}`);
    const table = await opened(t, make(), `key,line\n${rows.join('\n')}\n`);

    const batches = await all(table.read({ columns: ['line'], orderBy: 'key' }));

    const evens = Array.from({ length: 3000 }, (_, i) => 2 * i);
    assert.deepEqual(
      batches.flatMap((batch) => batch.columns.line ?? []),
      [...evens, ...evens.map((line) => line + 1)],
    );
  });

  test(`${name}: a file without rows is a table without rows`, async (t) => {
    const table = await opened(t, make(), 'id,late\n');

    assert.deepEqual(await table.query('SELECT count(*) AS n FROM data'), [{ n: 0 }]);
    assert.deepEqual(await all(table.read({ columns: ['id'] })), []);
  });

  test(`${name}: a column that is not there is refused with those that are`, async (t) => {
    const table = await opened(t, make(), FLIGHTS);

    await assert.rejects(all(table.read({ columns: ['labels'] })), {
      code: 'MW_TABLE_QUERY',
      message: "there is no column 'labels'; the table has id, at, late, fare, big",
    });
    await assert.rejects(all(table.read({ columns: ['id'], orderBy: 'id; DROP TABLE data' })), {
      code: 'MW_TABLE_QUERY',
    });
    await assert.rejects(table.query('SELECT labels FROM data'), {
      code: 'MW_TABLE_QUERY',
      message: /labels/,
    });
  });

  test(`${name}: files of different columns are one table by column name where that is asked for`, async (t) => {
    const folder = await temporaryFolder(t);
    const [old, now] = [join(folder, 'old.csv'), join(folder, 'new.csv')];
    await writeFile(old, 'id,fare\n1,2.5\n');
    await writeFile(now, 'carrier,id\nAA,2\n');

    const open = await make().open([old, now], { union: true });
    t.after(() => open.close());

    assert.deepEqual(await open.query('SELECT id, fare, carrier FROM data ORDER BY id'), [
      { id: 1, fare: 2.5, carrier: null },
      { id: 2, fare: null, carrier: 'AA' },
    ]);
  });

  test(`${name}: more tables can be opened beside it`, async (t) => {
    const folder = await temporaryFolder(t);
    const [flights, labels] = [join(folder, 'flights.csv'), join(folder, 'labels.csv')];
    await writeFile(flights, 'id\n1\n2\n');
    await writeFile(labels, 'id,late\n2,true\n');

    const open = await make().open([flights], { also: { labels: [labels] } });
    t.after(() => open.close());

    assert.deepEqual(await open.query('SELECT id, late FROM data LEFT JOIN labels USING (id) ORDER BY id'), [
      { id: 1, late: null },
      { id: 2, late: true },
    ]);
  });

  test(`${name}: the rows of a query over two tables become one Parquet file`, async (t) => {
    const folder = await temporaryFolder(t);
    const [left, right, to] = ['left.csv', 'right.csv', 'new/out.parquet'].map((file) => join(folder, file));
    await writeFile(left ?? '', 'id,at\n2,2013-05-02T10:00:00\n1,2013-05-01T10:00:00\n');
    await writeFile(right ?? '', "id,o'clock\n1,late\n2,\n");
    const table = make();

    const written = await table.writeParquet({
      tables: { left: [left ?? ''], 'right one': [right ?? ''] },
      sql: `SELECT id, CAST("at" AS TIMESTAMP WITH TIME ZONE) AS "at", "o'clock" FROM "left" JOIN "right one" USING (id) ORDER BY id -- end`,
      to: to ?? '',
    });

    const open = await table.open([to ?? '']);
    t.after(() => open.close());
    assert.deepEqual(written, { rows: 2 });
    assert.deepEqual(await open.query('SELECT * FROM data'), [
      { id: 1, at: '2013-05-01T10:00:00.000Z', "o'clock": 'late' },
      { id: 2, at: '2013-05-02T10:00:00.000Z', "o'clock": null },
    ]);
  });

  for (const [what, sql] of [
    ['a wrong column', 'SELECT nothing FROM flights'],
    ['what fails half-way', "SELECT CAST(CASE WHEN id < 4000 THEN '1' ELSE 'x' END AS BIGINT) FROM flights"],
    ['another file', "SELECT * FROM read_csv('/etc/passwd')"],
    ['a way out of the query', "SELECT id FROM flights) TO '/tmp/mergeway-stolen.parquet'; SELECT (1"],
    ['a statement that changes things', 'DROP VIEW flights'],
  ] as const) {
    test(`${name}: a Parquet file stays as it was when the query is ${what}`, async (t) => {
      const folder = await temporaryFolder(t);
      const [flights, to] = [join(folder, 'flights.csv'), join(folder, 'out.parquet')];
      await writeFile(flights, `id\n${Array.from({ length: 5000 }, (_, i) => i).join('\n')}\n`);
      await writeFile(to, 'before');

      await assert.rejects(make().writeParquet({ tables: { flights: [flights] }, sql, to }), {
        code: 'MW_TABLE_QUERY',
      });

      assert.equal(await readFile(to, 'utf8'), 'before');
      assert.deepEqual((await readdir(folder)).toSorted(), ['flights.csv', 'out.parquet']);
    });
  }
}

/** A table over one CSV file of this content; closed after the test. */
export async function opened(t: TestContext, table: Table, csv: string): Promise<OpenTable> {
  const path = join(await temporaryFolder(t), 'flights.csv');
  await writeFile(path, csv);
  const open = await table.open([path]);
  t.after(() => open.close());
  return open;
}

async function all<T = Columns>(batches: AsyncIterable<T>): Promise<readonly T[]> {
  return Array.fromAsync(batches);
}
