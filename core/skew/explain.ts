/** Looks into some of the values that differ: a few rows of the worst columns, with the sources around them and clocks that are off. */

import type { SkewExample, SkewFeature } from '../evidence/skew.ts';
import type { Cell, OpenTable } from '../ports/table.ts';
import { type Cause, expressionCause, isPreviousRow, lookupCause, text, wasMissing } from './causes.ts';
import { type Explaining, lookInto, MOST_ROWS } from './look-into.ts';
import {
  differenceOf,
  fallbackOf,
  inputsOf,
  isEqual,
  type LookedInto,
  servedCell,
  surroundingsOf,
} from './looked-into.ts';
import type { ComparedColumn } from './plan.ts';
import { AT, type LogColumns, PLACE, PREDICTION } from './sql.ts';
import { type ClockShift, clockShift, type ShiftedRow, shiftText } from './time-zone.ts';

/** Columns whose cause is sought, those with the most differing values. */
const MOST_COLUMNS = 20;
const MOST_EXAMPLES = 10;

export interface Explained {
  /** By the place of the compared column. */
  readonly causes: ReadonlyMap<number, NonNullable<SkewFeature['cause']>>;
  readonly examples: readonly SkewExample[];
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
  shift: ClockShift | undefined,
): readonly [SkewFeature['cause'], readonly Found[]] {
  if (shift !== undefined) {
    const detail = shiftText(shift.hours);
    const cause: Cause = { name: 'time zone', detail };
    return [{ ...cause, share: shift.share }, found.map(({ row }) => ({ row, cause }))];
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
