/**
 * The text that waits to become a part: a line per row, each naming the layout that says what its values are. A layout's line comes
 * with every batch that uses it, so that any run of whole batches can be read alone.
 *
 *     {"layout":3,"columns":[["row","INT32"],["score","DOUBLE"]]}
 *     [3,1017,0,0.25]          layout, sequence, values
 */

import { z } from 'zod';
import { LOG_KINDS, type LogKind } from '#core/predictions/part-name.ts';

export interface LogId {
  readonly kind: LogKind;
  readonly model: string;
}

const COLUMN_TYPES = ['STRING', 'INT32', 'INT64', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export type LogColumn = readonly [name: string, type: ColumnType];

export interface LogRow {
  readonly columns: readonly LogColumn[];
  readonly sequence: number;
  readonly values: readonly (string | number | boolean | null)[];
}

const Header = z.object({
  layout: z.number(),
  columns: z.array(z.tuple([z.string(), z.enum(COLUMN_TYPES)])),
});

export function layoutLine(layout: number, columns: readonly LogColumn[]): string {
  return `${JSON.stringify({ layout, columns })}\n`;
}

export interface ReadRows {
  readonly rows: readonly LogRow[];
  /** Whole lines that are none of ours: a damaged disk. */
  readonly unreadable: number;
}

/** Rows of a text, in their order. A last line that a crash cut off is left out. */
export function readRows(text: string): ReadRows {
  const layouts = new Map<number, readonly LogColumn[]>();
  const rows: LogRow[] = [];
  let unreadable = 0;
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const line of whole.split('\n').slice(0, -1)) {
    const value = parsed(line);
    const header = Array.isArray(value) ? undefined : Header.safeParse(value).data;
    const row = header ? undefined : rowOf(value, layouts);
    if (header) layouts.set(header.layout, header.columns);
    else if (row) rows.push(row);
    else unreadable++;
  }
  return { rows, unreadable };
}

/** `predictions.flights.1717000000000.wal`: the log, and when the file was begun. */
export function waitingFile({ kind, model }: LogId, begun: number): string {
  return `${kind}.${model}.${begun}.wal`;
}

export function parseWaitingFile(name: string): LogId | undefined {
  const [, kind, model] = /^([a-z]+)\.([a-z0-9-]{1,63})\.\d+\.wal$/.exec(name) ?? [];
  const known = LOG_KINDS.find((one) => one === kind);
  return known && model !== undefined ? { kind: known, model } : undefined;
}

function rowOf(value: unknown, layouts: ReadonlyMap<number, readonly LogColumn[]>): LogRow | undefined {
  if (!Array.isArray(value)) return undefined;
  const [layout, sequence, ...values] = value;
  const columns = layouts.get(layout);
  if (columns?.length !== values.length || !Number.isSafeInteger(sequence)) return undefined;
  const fits = columns.every(([, type], place) => values[place] === null || FITS[type](values[place]));
  return fits ? { columns, sequence, values } : undefined;
}

/** Farthest instant of a Date, ms. */
const FARTHEST = 8.64e15;

/** What a part can store: a damaged value must not keep all others from becoming parts. */
const FITS: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  STRING: isScalar,
  BOOLEAN: isScalar,
  INT32: (value) => Number.isInteger(value),
  INT64: (value) => (typeof value === 'string' ? /^-?\d{1,19}$/.test(value) : Number.isSafeInteger(value)),
  DOUBLE: (value) => (typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : typeof value === 'number'),
  TIMESTAMP: (value) => typeof value === 'number' && Math.abs(value) <= FARTHEST,
};

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
