/** Training's SQL and serving's function give one answer: random expressions over random rows, through the real DuckDB. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { literal } from '#core/contract/sql.ts';
import { compileExpression } from '#core/expression/expression.ts';
import { type ExpressionType, microsOf, SQL_TYPES, type Value } from '#core/expression/types.ts';
import type { Cell, OpenTable } from '#core/ports/table.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { COLUMNS, expressions, values } from './random.ts';

const ROWS = 300;
const RUNS = 400;

type RandomRow = Readonly<Record<string, Value>>;

const SCOPE = {
  names: Object.keys(COLUMNS),
  find: (name: string) =>
    Object.hasOwn(COLUMNS, name) ? { key: name, type: COLUMNS[name as keyof typeof COLUMNS] } : undefined,
};

test(`${RUNS} random expressions are the same in DuckDB and JavaScript on ${ROWS} random rows`, async (t) => {
  const seed = 20_260_923;
  const rows = fc.sample(rowsOf(), { numRuns: ROWS, seed });
  const table = await tableWith(t, rows);

  await fc.assert(
    fc.asyncProperty(expressions(), async ({ type, text }) => {
      const expression = compileExpression(text, SCOPE);
      const answers = await table.query(`SELECT ${expression.sql()} AS answer FROM data ORDER BY "row"`);
      const closure = expression.closure();

      assert.equal(expression.type, type);
      for (const [index, row] of rows.entries()) {
        assert.deepStrictEqual(
          closure(row),
          cellValue(type, answers[index]?.answer ?? null),
          `${text} of ${inspect(row)}`,
        );
      }
    }),
    { numRuns: RUNS, seed },
  );
});

function rowsOf(): fc.Arbitrary<RandomRow> {
  return fc.record(Object.fromEntries(Object.entries(COLUMNS).map(([name, type]) => [name, values(type)])));
}

/** The rows as a Parquet file, which the adapter opens. */
async function tableWith(t: TestContext, rows: readonly RandomRow[]): Promise<OpenTable> {
  const path = join(await temporaryFolder(t), 'rows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const tuples = rows.map(
    (row, index) => `(${[index, ...Object.entries(COLUMNS).map(sqlOf(row))].join(', ')})`,
  );
  const names = ['row', ...Object.keys(COLUMNS)].map((name) => `"${name}"`).join(', ');
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(
    `COPY (SELECT * FROM (VALUES ${tuples.join(', ')}) AS made(${names})) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const table = await duckdbTable().open([path]);
  t.after(() => table.close());
  return table;
}

function sqlOf(row: RandomRow): (column: [string, ExpressionType]) => string {
  return ([name, type]) => {
    const value = row[name] ?? null;
    if (value === null) return `CAST(NULL AS ${SQL_TYPES[type]})`;
    if (type === 'timestamp') return `make_timestamptz(${value})`;
    return `CAST(${literal(Object.is(value, -0) ? '-0.0' : String(value))} AS ${SQL_TYPES[type]})`;
  };
}

function cellValue(type: ExpressionType, cell: Cell): Value {
  if (cell === null || type === 'double' || type === 'bool' || type === 'string') return cell;
  if (type === 'timestamp') return microsOf(String(cell)) ?? null;
  return BigInt(cell as number | string);
}

function inspect(row: RandomRow): string {
  return JSON.stringify(row, (_, value) =>
    typeof value === 'bigint'
      ? `${value}n`
      : Object.is(value, -0)
        ? '-0'
        : Number.isNaN(value)
          ? 'NaN'
          : value,
  );
}
