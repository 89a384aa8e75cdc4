/** A row of the log that differs somewhere: its cells, and what is known of one column in it. */

import type { Output } from '../features/outputs.ts';
import type { Defaults } from '../features/defaults.ts';
import type { Cell, Row } from '../ports/table.ts';
import { PREFIX } from '../predictions/columns.ts';
import type { Difference, HistoryRow, Surroundings } from './causes.ts';
import type { ComparedColumn } from './plan.ts';
import { isSame } from './same.ts';
import { type LogColumns, SERVED } from './sql.ts';

/** A row that differs somewhere, and what is known of it. */
export interface LookedInto {
  readonly cells: Row;
  /** µs since 1970. */
  readonly at: number;
  /** Of each view, in the service's order. */
  readonly history: readonly (readonly Row[])[];
  /** The service's columns by hours that the clock is off. */
  readonly shifted: ReadonlyMap<number, Row>;
}

export function differenceOf(
  { cells }: LookedInto,
  column: ComparedColumn,
  { request }: LogColumns,
): Difference {
  const { output, hasStatus, dtype, tolerance } = column;
  return {
    dtype,
    tolerance,
    served: servedCell(cells, output),
    raw: cells[output.column] ?? null,
    fallback: fallbackOf(output, request.defaults),
    status: hasStatus ? (cells[`${PREFIX.status}${output.column}`] ?? null) : undefined,
  };
}

export function surroundingsOf(
  { at, history, cells }: LookedInto,
  output: Extract<Output, { readonly kind: 'feature' }>,
  { request: { service } }: LogColumns,
): Surroundings {
  const index = service.views.findIndex(({ name }) => name === output.view);
  const view = service.views[index];
  const place = view?.features.findIndex(({ name }) => name === output.feature) ?? -1;
  const rows = (history[index] ?? []).map(
    (row): HistoryRow => ({
      event: Number(row.event),
      created: row.created == null ? null : Number(row.created),
      value: row[`value_${place}`] ?? null,
    }),
  );
  return {
    at,
    servedAt: servedAt(cells),
    ttlUs: view?.ttlMs === undefined ? undefined : view.ttlMs * 1000,
    cutOff: view?.cutOff ?? false,
    history: rows,
  };
}

function servedAt(cells: Row): number | undefined {
  const ms = Date.parse(String(cells[SERVED]));
  return Number.isNaN(ms) ? undefined : ms * 1000;
}

/** What an expression reads of views, as far as it is compared too. */
export function inputsOf({ output }: ComparedColumn, { request, plan }: LogColumns) {
  const fields =
    output.kind === 'feature' ? [] : (request.service.expressions.get(output.name)?.fields ?? []);
  const known: ComparedColumn[] = [];
  const unknown: string[] = [];
  for (const field of fields.filter((one) => one.includes('.'))) {
    const input = plan.compared.find(
      ({ output: other }) => other.kind === 'feature' && `${other.view}.${other.feature}` === field,
    );
    if (input) known.push(input);
    else unknown.push(field);
  }
  return { known, unknown };
}

export function isEqual({ cells }: LookedInto, column: ComparedColumn, defaults: Defaults): boolean {
  const { output } = column;
  const offline = cells[output.column] ?? fallbackOf(output, defaults);
  return isSame(servedCell(cells, output), offline, column);
}

export function servedCell(cells: Row, { column }: Output): Cell {
  return cells[`${PREFIX.feature}${column}`] ?? null;
}

/** The default as a cell. */
export function fallbackOf({ column, dtype }: Output, defaults: Defaults): Cell {
  const value = defaults.get(column) ?? null;
  if (typeof value !== 'bigint') return value;
  return dtype === 'UnixTimestamp' ? new Date(Number(value / 1000n)).toISOString() : Number(value);
}
