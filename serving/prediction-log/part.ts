/**
 * Parquet parts out of the rows that waited. The same rows give the same parts under the same names, so they may be written twice.
 * A part has a cell per row and column of any of its rows: where requests differ in their columns, many rows would make a table out of
 * all proportion, so there are several parts then.
 */

import { parquetWriteBuffer } from 'hyparquet-writer';
import { FEEDBACK_COLUMNS, PREDICTION_COLUMNS } from '#core/predictions/columns.ts';
import { partName } from '#core/predictions/part-name.ts';
import type { ColumnType, LogId, LogRow } from './log-file.ts';

export interface MadePart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Cells of one part: it is made in one go, in less than half a second, and whoever appends waits for it. */
const MOST_CELLS = 400_000;

type Stored = string | number | bigint | boolean | Date | null;

const FIXED = { predictions: PREDICTION_COLUMNS, feedback: FEEDBACK_COLUMNS } as const;
/** The time that a part's name speaks of, and the time that its day is of. */
const TIMES = {
  predictions: { event: 'event_time', day: 'served_at' },
  feedback: { event: 'received_at', day: 'received_at' },
} as const;

/** The parts of a log's rows, in their order, one at a time. A prediction's rows stay together: parts are named for their first one. */
export function* partsOf(
  log: LogId,
  writer: string,
  rows: readonly LogRow[],
  mostCells = MOST_CELLS,
): Generator<MadePart> {
  const fixed = Object.keys(FIXED[log.kind]);
  let [from, names] = [0, new Set(fixed)];
  for (let next = 0; next < rows.length; ) {
    const begun = next;
    const own = new Set(fixed);
    for (; rows[next] && rows[next]?.sequence === rows[begun]?.sequence; next++) {
      for (const [name] of rows[next]?.columns ?? []) own.add(name);
    }
    const all = names.union(own);
    if (begun > from && all.size * (next - from) > mostCells) {
      yield makePart(log, writer, rows.slice(from, begun));
      [from, names] = [begun, own];
    } else names = all;
  }
  if (rows.length > from) yield makePart(log, writer, rows.slice(from));
}

function makePart(log: LogId, writer: string, rows: readonly LogRow[]): MadePart {
  const columns = new Map<string, { readonly type: ColumnType; readonly data: Stored[] }>();
  for (const [name, type] of columnsOf(log, rows)) {
    columns.set(name, { type, data: new Array<Stored>(rows.length).fill(null) });
  }
  for (const [index, { columns: names, values, sequence }] of rows.entries()) {
    for (const [place, [name]] of names.entries()) set(name, index, values[place] ?? null);
    set('sequence', index, sequence);
    set('writer', index, writer);
    if (log.kind === 'predictions') set('prediction_id', index, predictionId(writer, sequence));
  }
  const columnData = [...columns].map(([name, { type, data }]) => ({ name, type, data }));
  return {
    name: nameOf(log, writer, { first: rows[0]?.sequence ?? 0, columns }),
    bytes: new Uint8Array(parquetWriteBuffer({ columnData })),
  };

  function set(name: string, row: number, value: LogRow['values'][number]): void {
    const column = columns.get(name);
    if (column) column.data[row] = stored(column.type, value);
  }
}

export function predictionId(writer: string, sequence: number): string {
  return `${writer}-${sequence}`;
}

function columnsOf({ kind }: LogId, rows: readonly LogRow[]): ReadonlyMap<string, ColumnType> {
  const types = new Map<string, ColumnType>(Object.entries(FIXED[kind]));
  const seen = new Set<LogRow['columns']>();
  for (const { columns } of rows) {
    if (seen.has(columns)) continue;
    seen.add(columns);
    for (const [name, type] of columns) types.set(name, common(types.get(name), type));
  }
  return types;
}

/** Versions may disagree: numbers of two kinds are doubles, all else is text. */
function common(one: ColumnType | undefined, other: ColumnType): ColumnType {
  if (one === undefined || one === other) return other;
  const numbers: readonly ColumnType[] = ['INT32', 'INT64', 'DOUBLE'];
  return numbers.includes(one) && numbers.includes(other) ? 'DOUBLE' : 'STRING';
}

function stored(type: ColumnType, value: LogRow['values'][number]): Stored {
  if (value === null) return null;
  switch (type) {
    case 'INT64':
      return BigInt(value);
    case 'INT32':
    case 'DOUBLE':
      return Number(value);
    case 'TIMESTAMP':
      return new Date(Number(value));
    case 'BOOLEAN':
      return Boolean(value);
    case 'STRING':
      return String(value);
  }
}

function nameOf(
  { kind, model }: LogId,
  writer: string,
  {
    first,
    columns,
  }: {
    /** Sequence number of the first row. */
    readonly first: number;
    readonly columns: ReadonlyMap<string, { readonly data: readonly Stored[] }>;
  },
): string {
  const { event, day } = TIMES[kind];
  const times = (columns.get(event)?.data ?? []).map(Number);
  const [begun] = columns.get(day)?.data ?? [];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return partName({
    kind,
    model,
    day: new Date(Number(begun)).toISOString().slice(0, 10),
    from,
    to,
    writer,
    sequence: first,
  });
}
