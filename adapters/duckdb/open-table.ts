/** Queries and column batches of one opened table, which is called `data`. */

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDoubleVector,
  type DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  SQLNULL,
  StatementType,
  VARCHAR,
} from '@duckdb/node-api';
import { MergewayError } from '#core/errors.ts';
import type { Cell, Column, Columns, OpenTable, Row } from '#core/ports/table.ts';
import { toCell } from './cell.ts';
import { quoteName } from './source.ts';

const BATCH_ROWS = 8192;

/** The opened table. `hasRowIds`: equal sort keys keep the order of the file. */
export async function openTable(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  { hasRowIds, close }: { readonly hasRowIds: boolean; readonly close: () => Promise<void> },
): Promise<OpenTable> {
  const described = await connection.runAndReadAll('DESCRIBE data');
  const columns: readonly Column[] = described
    .getRows()
    .map(([name, type]) => ({ name: String(name), type: String(type) }));

  return { columns, query, stream, numbers, read, close };

  async function query(sql: string, values: readonly Cell[] = []): Promise<readonly Row[]> {
    try {
      await refuseAllButSelect(connection, sql);
      const reader = await connection.runAndReadAll(sql, values.map(toValue), values.map(typeOf));
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(names.map((name, index) => [name, toCell(row[index] ?? null)])));
    } catch (cause) {
      throw refused(cause, sql);
    }
  }

  async function* read({
    columns: wanted,
    flags = {},
    orderBy,
    batch = BATCH_ROWS,
  }: Parameters<OpenTable['read']>[0]): AsyncIterable<Columns> {
    yield* stream(selection(wanted, flags, orderBy), batch);
  }

  /** On a connection of its own: streams of one connection would end each other. */
  async function* stream(sql: string, batch = BATCH_ROWS): AsyncIterable<Columns> {
    const own = await instance.connect();
    let statement: DuckDBPreparedStatement | undefined;
    try {
      statement = await prepareSelect(own, sql);
      const result = await statement.stream();
      const names = result.deduplicatedColumnNames();
      let pending: Cell[][] = names.map(() => []);
      for await (const chunk of result) {
        appendTo(pending, chunk.getColumns());
        while ((pending[0]?.length ?? 0) >= batch) {
          yield named(
            names,
            pending.map((column) => column.slice(0, batch)),
          );
          pending = pending.map((column) => column.slice(batch));
        }
      }
      if (pending[0]?.length) yield named(names, pending);
    } catch (cause) {
      throw refused(cause, sql);
    } finally {
      statement?.destroySync();
      own.closeSync();
    }
  }

  async function* numbers(sql: string): AsyncIterable<readonly Float64Array[]> {
    const own = await instance.connect();
    let statement: DuckDBPreparedStatement | undefined;
    try {
      statement = await prepareSelect(own, sql);
      for await (const chunk of await statement.stream()) {
        yield Array.from({ length: chunk.columnCount }, (_, index) =>
          toNumbers(chunk.getColumnVector(index)),
        );
      }
    } catch (cause) {
      throw refused(cause, sql);
    } finally {
      statement?.destroySync();
      own.closeSync();
    }
  }

  function selection(
    wanted: readonly string[],
    flags: Readonly<Record<string, string>>,
    orderBy: string | undefined,
  ): string {
    const known = new Set(columns.map(({ name }) => name));
    const unknown = [...wanted, ...(orderBy === undefined ? [] : [orderBy])].find((name) => !known.has(name));
    if (unknown !== undefined || wanted.length === 0) {
      const problem = unknown === undefined ? 'no column was asked for' : `there is no column '${unknown}'`;
      throw new MergewayError('MW_TABLE_QUERY', `${problem}; the table has ${[...known].join(', ')}`);
    }
    const order = orderBy === undefined ? '' : ` ORDER BY ${quoteName(orderBy)}${hasRowIds ? ', rowid' : ''}`;
    const conditions = Object.entries(flags).map(
      ([name, sql]) => `coalesce(CAST((${sql}) AS BOOLEAN), false) AS ${quoteName(name)}`,
    );
    return `SELECT ${[...wanted.map(quoteName), ...conditions].join(', ')} FROM data${order}`;
  }
}

/** Several statements, and statements that change anything, are refused. */
export async function refuseAllButSelect(connection: DuckDBConnection, sql: string): Promise<void> {
  (await prepareSelect(connection, sql)).destroySync();
}

async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`expected one statement, received ${statements.count}`);

  const statement = await statements.prepare(0);
  if (statement.statementType === StatementType.SELECT) return statement;
  statement.destroySync();
  throw new Error('expected a SELECT');
}

function toValue(cell: Cell): DuckDBValue {
  return Number.isSafeInteger(cell) ? BigInt(cell as number) : cell;
}

function typeOf(cell: Cell): DuckDBType {
  if (cell === null) return SQLNULL;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BIGINT : DOUBLE;
  return typeof cell === 'boolean' ? BOOLEAN : VARCHAR;
}

function toNumbers(vector: DuckDBVector): Float64Array {
  if (!(vector instanceof DuckDBDoubleVector)) throw new Error(`expected DOUBLE, got ${vector.type}`);
  const numbers = new Float64Array(vector.itemCount);
  for (let row = 0; row < numbers.length; row++) numbers[row] = vector.getItem(row) ?? Number.NaN;
  return numbers;
}

function appendTo(pending: readonly Cell[][], columns: readonly (readonly DuckDBValue[])[]): void {
  for (const [index, values] of columns.entries()) {
    const column = pending[index];
    if (column) for (const value of values) column.push(toCell(value));
  }
}

function named(names: readonly string[], columns: readonly (readonly Cell[])[]): Columns {
  return {
    rows: columns[0]?.length ?? 0,
    columns: Object.fromEntries(names.map((name, index) => [name, columns[index] ?? []])),
  };
}

/** MW_TABLE_QUERY with DuckDB's own words and the beginning of the query. */
export function refused(cause: unknown, sql: string): MergewayError {
  if (cause instanceof MergewayError) return cause;
  const what = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').slice(0, 400) : String(cause);
  return new MergewayError('MW_TABLE_QUERY', `${what} (in: ${sql.replace(/\s+/g, ' ').slice(0, 200)})`, {
    cause,
  });
}
