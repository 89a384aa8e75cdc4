/** Fetches rows that differ, with the sources around them and what clocks that are off would give. */

import type { OpenTable, Row } from '../ports/table.ts';
import { inputsOf, type LookedInto } from './looked-into.ts';
import { AT, differingSql, historySql, type LogColumns, ROW, SHIFT, shiftedSql } from './sql.ts';

/** Rows of each column that are looked into. */
export const MOST_ROWS = 40;

export interface Explaining {
  readonly columns: LogColumns;
  readonly labels: string;
  readonly compared: string;
  /** Values that differ, by the place of the compared column. */
  readonly differing: readonly number[];
}

/** Some rows of each of these columns, by their places. */
export async function lookInto(
  opened: OpenTable,
  { columns, labels, compared }: Explaining,
  worst: readonly number[],
): Promise<readonly LookedInto[]> {
  const rows = await opened.query(differingSql(compared, worst, MOST_ROWS));
  const numbers = rows.map((row) => Number(row[ROW]));
  const times = rows.map((row) => Date.parse(String(row[AT])));
  const around = { rows: numbers, first: Math.min(...times), last: Math.max(...times) };
  const histories: ReadonlyMap<number, readonly Row[]>[] = [];
  for (const [view, features] of featuresToKnow(worst, columns).entries()) {
    const wanted = { ...around, view, features };
    const found = features.length > 0 ? await opened.query(historySql(labels, columns, wanted)) : [];
    histories.push(groupBy(found));
  }
  const shifted = groupBy(await opened.query(shiftedSql(labels, columns, numbers)));
  return rows.map((cells, index) => {
    const number = Number(cells[ROW]);
    return {
      cells,
      at: (times[index] ?? 0) * 1000,
      history: histories.map((history) => history.get(number) ?? []),
      shifted: new Map((shifted.get(number) ?? []).map((row) => [Number(row[SHIFT]), row])),
    };
  });
}

/** Of each view, the places of the features that these columns are, or read. */
function featuresToKnow(worst: readonly number[], columns: LogColumns): readonly (readonly number[])[] {
  const asked = worst.flatMap((index) => columns.plan.compared[index] ?? []);
  const outputs = [...asked, ...asked.flatMap((column) => inputsOf(column, columns).known)].map(
    ({ output }) => output,
  );
  return columns.request.service.views.map(({ name, features }) =>
    [...features.keys()].filter((place) =>
      outputs.some(
        (output) =>
          output.kind === 'feature' && output.view === name && output.feature === features[place]?.name,
      ),
    ),
  );
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
