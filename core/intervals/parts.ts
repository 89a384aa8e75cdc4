/** The rows that locks are advanced from: every Parquet file of a folder as one table, asked for the times that it holds. */

import { identifier, literal } from '../contract/sql.ts';
import { requireColumns } from '../evaluation/columns.ts';
import type { Column, OpenTable, Row, Table } from '../ports/table.ts';
import { instantText } from './instant.ts';
import type { AdvancedLock } from './model-locks.ts';

interface Span {
  readonly from?: number | undefined;
  /** Left out. */
  readonly before: number;
}

export interface Parts {
  /** On this machine; none while nothing has come. */
  readonly paths: readonly string[];
  readonly columns: readonly Column[];
  /** The first time in the span. */
  first(span: Span): Promise<number | undefined>;
  /** The last one. */
  last(span: Span): Promise<number | undefined>;
  /** Rows that belong to no interval. */
  timeless(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the parts of a lock. MW_TABLE_UNREADABLE names the part, MW_COLUMN_MISSING the column of times. */
export async function openParts(
  table: Table,
  { file, time }: AdvancedLock,
  paths: readonly string[],
): Promise<Parts> {
  if (paths.length === 0) return NOTHING;
  const opened = await table.open(paths).catch((cause) => blame(table, paths, cause));
  try {
    requireColumns([{ column: time, by: `${file.path} source.time` }], opened.columns);
  } catch (cause) {
    await opened.close();
    throw cause;
  }

  return {
    paths,
    columns: opened.columns,
    first: (span) => timeOf(opened, 'min', time, span),
    last: (span) => timeOf(opened, 'max', time, span),
    async timeless() {
      const [found = {}] = await opened.query(
        `SELECT count(*) AS n FROM data WHERE isfinite(${instantSql(time)}) IS NOT true`,
      );
      return Number(found.n);
    },
    close: () => opened.close(),
  };
}

const NOTHING: Parts = {
  paths: [],
  columns: [],
  first: async () => undefined,
  last: async () => undefined,
  timeless: async () => 0,
  close: async () => {},
};

/** A column of times as instants: without a zone they are UTC, days are their midnight. */
export function instantSql(column: string): string {
  return `CAST(${identifier(column)} AS TIMESTAMP WITH TIME ZONE)`;
}

function instantLiteral(instant: number): string {
  return `CAST(${literal(instantText(instant))} AS TIMESTAMP WITH TIME ZONE)`;
}

async function timeOf(
  table: OpenTable,
  which: 'min' | 'max',
  time: string,
  { from, before }: Span,
): Promise<number | undefined> {
  const [found = {}]: readonly Row[] = await table.query(
    `SELECT ${which}(instant) AS at FROM (SELECT ${instantSql(time)} AS instant FROM data) WHERE isfinite(instant)
AND ${withinSql('instant', { from, before })}`,
  );
  return typeof found.at === 'string' ? Date.parse(found.at) : undefined;
}

/** Whether an instant lies in the span, as SQL. */
export function withinSql(instant: string, { from, before }: Span): string {
  const end = `${instant} < ${instantLiteral(before)}`;
  return from === undefined ? end : `${instant} >= ${instantLiteral(from)} AND ${end}`;
}

/** Of many files one is broken: its own error says which. */
async function blame(table: Table, paths: readonly string[], cause: unknown): Promise<never> {
  for (const path of paths) await (await table.open([path])).close();
  throw cause;
}
