/**
 * Whether served values are those of a clock that is whole hours off. A source that comes late by so much looks the same where it gives
 * older values; a value of the row just before the right one is taken for late, a lag that is the same whole hours everywhere is not.
 */

import type { Cell } from '../ports/table.ts';
import { type Comparison, isSame } from './same.ts';

/** Fewer rows, or rows of fewer different hours, say nothing about a clock. */
const FEWEST_ROWS = 10;
const FEWEST_HOURS = 3;
/** Share of the rows that one shift must explain. */
const ENOUGH = 0.9;

export interface ShiftedRow {
  readonly served: Cell;
  /** Whether a value was served, not nothing or the default. */
  readonly isPresent: boolean;
  /** Time of the prediction, µs since 1970. */
  readonly at: number;
  /** What would be served with a clock so many hours off. */
  readonly shifted: ReadonlyMap<number, Cell>;
  /** Whether the served value is of the row just before the right one. */
  readonly isPrevious: boolean;
}

export interface ClockShift {
  /** By which the clock is off. */
  readonly hours: number;
  /** Of the rows, those that it explains. */
  readonly share: number;
}

/** The smallest shift that explains the most; undefined when none explains nine in ten rows. */
export function clockShift(rows: readonly ShiftedRow[], how: Comparison): ClockShift | undefined {
  const present = rows.filter(({ isPresent }) => isPresent);
  const hours = new Set(present.map(({ at }) => Math.floor(at / 3_600_000_000)));
  if (present.length < FEWEST_ROWS || hours.size < FEWEST_HOURS) return undefined;

  const best = bestShift(rows, how);
  if (!best || best.explained < ENOUGH * rows.length) return undefined;
  const previous = present.filter(({ isPrevious }) => isPrevious).length;
  if (best.hours < 0 && previous >= ENOUGH * present.length) return undefined;
  return { hours: best.hours, share: best.explained / rows.length };
}

function bestShift(rows: readonly ShiftedRow[], how: Comparison) {
  const explained = new Map<number, number>();
  for (const { served, shifted } of rows) {
    for (const [hours, value] of shifted) {
      if (isSame(served, value, how)) explained.set(hours, (explained.get(hours) ?? 0) + 1);
    }
  }
  const [best] = [...explained].sort(
    ([hours, count], [other, countOfOther]) => countOfOther - count || Math.abs(hours) - Math.abs(other),
  );
  return best && { hours: best[0], explained: best[1] };
}

/** The cause in words. */
export function shiftText(hours: number): string {
  const way = hours < 0 ? 'earlier' : 'later';
  return `served what was right ${Math.abs(hours)} h ${way}: a clock of another time zone${hours < 0 ? ', or a source that always comes so late' : ''}`;
}
