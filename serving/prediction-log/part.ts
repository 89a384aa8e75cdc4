/** One Parquet part out of the rows that waited. The same rows give the same part under the same name, so it may be written twice. */

import { parquetWriteBuffer } from 'hyparquet-writer';
import { FEEDBACK_COLUMNS, PREDICTION_COLUMNS } from '#core/predictions/columns.ts';
import { partName } from '#core/predictions/part-name.ts';
import { type ColumnType, type LogId, type LogRow, readRows } from './log-file.ts';

export interface MadePart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Lines of the text that are no rows. */
  readonly unreadable: number;
}

type Stored = string | number | bigint | boolean | Date | null;

const FIXED = { predictions: PREDICTION_COLUMNS, feedback: FEEDBACK_COLUMNS } as const;
/** The time that a part's name speaks of, and the time that its day is of. */
const TIMES = {
  predictions: { event: 'event_time', day: 'served_at' },
  feedback: { event: 'received_at', day: 'received_at' },
} as const;

/** The part of a log's text; undefined when there is no whole row in it. */
export function makePart(log: LogId, writer: string, text: string): MadePart | undefined {
  const { rows, unreadable } = readRows(text);
  const [first] = rows;
  if (!first) return undefined;

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
    name: nameOf(log, writer, { first, columns }),
    bytes: new Uint8Array(parquetWriteBuffer({ columnData })),
    rows: rows.length,
    unreadable,
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
    readonly first: LogRow;
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
    sequence: first.sequence,
  });
}
