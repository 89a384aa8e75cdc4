/** Looks into some of the values that differ: a few rows of the worst columns, with the sources around them and clocks that are off. */

import type { Output } from '../features/outputs.ts';
import type { SkewExample, SkewFeature } from '../evidence/skew.ts';
import type { Defaults } from '../features/defaults.ts';
import { PREFIX } from '../predictions/columns.ts';
import type { Cell, OpenTable, Row } from '../ports/table.ts';
import {
  type Cause,
  type Difference,
  expressionCause,
  type HistoryRow,
  isPreviousRow,
  lookupCause,
  type Surroundings,
  text,
  wasMissing,
} from './causes.ts';
import type { ComparedColumn } from './plan.ts';
import { isSame } from './same.ts';
import {
  AT,
  differingSql,
  historySql,
  type LogColumns,
  PLACE,
  PREDICTION,
  ROW,
  SHIFT,
  shiftedSql,
} from './sql.ts';
import { clockShift, type ShiftedRow, shiftText } from './time-zone.ts';

/** Columns whose cause is sought, those with the most differing values. */
const MOST_COLUMNS = 20;
/** Rows of each that are looked into. */
const MOST_ROWS = 40;
const MOST_EXAMPLES = 10;

export interface Explaining {
  readonly columns: LogColumns;
  readonly labels: string;
  readonly compared: string;
  /** Values that differ, by the place of the compared column. */
  readonly differing: readonly number[];
}

export interface Explained {
  /** By the place of the compared column. */
  readonly causes: ReadonlyMap<number, NonNullable<SkewFeature['cause']>>;
  readonly examples: readonly SkewExample[];
}

/** A row that differs somewhere, and what is known of it. */
interface LookedInto {
  readonly cells: Row;
  /** µs since 1970. */
  readonly at: number;
  /** Of each view, in the service's order. */
  readonly history: readonly (readonly Row[])[];
  /** The service's columns by hours that the clock is off. */
  readonly shifted: ReadonlyMap<number, Row>;
}

export async function explain(opened: OpenTable, explaining: Explaining): Promise<Explained> {
  const worst = explaining.differing
    .map((rows, index) => ({ rows, index }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows)
    .slice(0, MOST_COLUMNS)
    .map(({ index }) => index);
  if (worst.length === 0) return { causes: new Map(), examples: [] };

  const rows = await lookInto(opened, explaining, worst);
  const { plan, request } = explaining.columns;
  const causes = new Map<number, NonNullable<SkewFeature['cause']>>();
  const examples: SkewExample[][] = [];
  for (const index of worst) {
    const column = plan.compared[index];
    if (!column) continue;
    const own = rows.filter((row) => !isEqual(row, column, request.defaults)).slice(0, MOST_ROWS);
    const found = own.map((row) => ({ row, cause: causeOf(row, column, explaining.columns) }));
    const shift = clockShift(
      own.map((row) => shiftedRow(row, column, explaining.columns)),
      column,
    );
    const [decided, shown] = decide(found, shift);
    if (decided) causes.set(index, decided);
    examples.push(shown.map(({ row, cause }) => exampleOf(row, column, cause, explaining.columns)));
  }
  return { causes, examples: inTurns(examples).slice(0, MOST_EXAMPLES) };
}

interface Found {
  readonly row: LookedInto;
  readonly cause: Cause;
}

/** The cause of most rows, and the rows that show it, first. */
function decide(
  found: readonly Found[],
  shift: number | undefined,
): readonly [SkewFeature['cause'], readonly Found[]] {
  if (shift !== undefined) {
    const detail = shiftText(shift);
    const cause: Cause = { name: 'time zone', detail };
    return [{ ...cause, share: 1 }, found.map(({ row }) => ({ row, cause }))];
  }
  const counts = new Map<Cause['name'], number>();
  for (const { cause } of found) counts.set(cause.name, (counts.get(cause.name) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) return [null, []];
  const [name, rows] = most;
  const same = found.filter(({ cause }) => cause.name === name);
  const detail = same[0]?.cause.detail.slice(0, 300) ?? '';
  return [
    { name, share: rows / found.length, detail },
    [...same, ...found.filter((one) => !same.includes(one))],
  ];
}

async function lookInto(
  opened: OpenTable,
  { columns, labels, compared }: Explaining,
  worst: readonly number[],
): Promise<readonly LookedInto[]> {
  const rows = await opened.query(differingSql(compared, worst, MOST_ROWS));
  const numbers = rows.map((row) => Number(row[ROW]));
  const histories: ReadonlyMap<number, readonly Row[]>[] = [];
  for (const view of columns.request.service.views.keys()) {
    histories.push(groupBy(await opened.query(historySql(labels, columns, view, numbers))));
  }
  const shifted = groupBy(await opened.query(shiftedSql(labels, columns, numbers)));
  return rows.map((cells) => {
    const number = Number(cells[ROW]);
    return {
      cells,
      at: Date.parse(String(cells[AT])) * 1000,
      history: histories.map((history) => history.get(number) ?? []),
      shifted: new Map((shifted.get(number) ?? []).map((row) => [Number(row[SHIFT]), row])),
    };
  });
}

function groupBy(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(Number(row[ROW])) ?? [];
    group.push(row);
    groups.set(Number(row[ROW]), group);
  }
  return groups;
}

function causeOf(row: LookedInto, column: ComparedColumn, columns: LogColumns): Cause {
  const { output } = column;
  const difference = differenceOf(row, column, columns);
  if (output.kind === 'feature') return lookupCause(difference, surroundingsOf(row, output, columns));

  const inputs = inputsOf(column, columns);
  return expressionCause(difference, {
    known: inputs.known.map((input) => ({
      column: input.output.column,
      cause: isEqual(row, input, columns.request.defaults) ? undefined : causeOf(row, input, columns),
    })),
    unknown: inputs.unknown,
  });
}

/** What an expression reads of views, as far as it is compared too. */
function inputsOf({ output }: ComparedColumn, { request, plan }: LogColumns) {
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

function differenceOf({ cells }: LookedInto, column: ComparedColumn, { request }: LogColumns): Difference {
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

function surroundingsOf(
  { at, history }: LookedInto,
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
    ttlUs: view?.ttlMs === undefined ? undefined : view.ttlMs * 1000,
    cutOff: service.filterByCreatedTimestamp && view?.source.created_timestamp_field !== undefined,
    history: rows,
  };
}

function shiftedRow(row: LookedInto, column: ComparedColumn, columns: LogColumns): ShiftedRow {
  const { output } = column;
  const difference = differenceOf(row, column, columns);
  const { served, fallback } = difference;
  const values = [...row.shifted].map(([hours, cells]): [number, Cell] => [
    hours,
    cells[output.column] ?? fallback,
  ]);
  return {
    served,
    isPresent: !wasMissing(difference),
    at: row.at,
    shifted: new Map(values),
    isPrevious: isOfPreviousRow(row, column, columns),
  };
}

function isOfPreviousRow(row: LookedInto, column: ComparedColumn, columns: LogColumns): boolean {
  const { output } = column;
  if (output.kind === 'feature') {
    return isPreviousRow(differenceOf(row, column, columns), surroundingsOf(row, output, columns));
  }
  return inputsOf(column, columns).known.some((input) => isOfPreviousRow(row, input, columns));
}

function isEqual({ cells }: LookedInto, column: ComparedColumn, defaults: Defaults): boolean {
  const { output } = column;
  const offline = cells[output.column] ?? fallbackOf(output, defaults);
  return isSame(servedCell(cells, output), offline, column);
}

function servedCell(cells: Row, { column }: Output): Cell {
  return cells[`${PREFIX.feature}${column}`] ?? null;
}

/** The default as a cell. */
function fallbackOf({ column, dtype }: Output, defaults: Defaults): Cell {
  const value = defaults.get(column) ?? null;
  if (typeof value !== 'bigint') return value;
  return dtype === 'UnixTimestamp' ? new Date(Number(value / 1000n)).toISOString() : Number(value);
}

function exampleOf(
  { cells }: LookedInto,
  column: ComparedColumn,
  { name, detail }: Cause,
  { plan, request }: LogColumns,
): SkewExample {
  const { output } = column;
  const entity = plan.shownKeys.map((key) => [key, text(cells[key] ?? null)]);
  return {
    column: output.column,
    prediction: String(cells[PREDICTION] ?? '').slice(0, 200),
    row: Number(cells[PLACE] ?? 0),
    at: String(cells[AT]),
    entity: Object.fromEntries(entity),
    served: text(servedCell(cells, output)),
    offline: text(cells[output.column] ?? fallbackOf(output, request.defaults)),
    cause: name,
    detail: detail.slice(0, 300),
  };
}

/** The first of each, then the second of each, and so on. */
function inTurns<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
