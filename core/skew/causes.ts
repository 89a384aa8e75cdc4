/**
 * Why a served value is not the one that is computed offline, as far as it shows: the row of the source that it is of, how old that was,
 * what the status says, or what an expression's inputs were. A likely cause, said with what it was read from.
 */

import type { SkewCause } from '../evidence/skew.ts';
import type { Cell } from '../ports/table.ts';
import { type Comparison, isMissing, isSame } from './same.ts';

/** A row of a view's source with the prediction's keys; times in µs since 1970. */
export interface HistoryRow {
  readonly event: number;
  readonly created: number | null;
  readonly value: Cell;
}

/** What is known of one value that differs. */
export interface Difference extends Comparison {
  readonly served: Cell;
  /** Computed offline, before its default. */
  readonly raw: Cell;
  /** What nulls of it become; null: they stay. */
  readonly fallback: Cell;
  /** As the log has it: null where the log has such a column but no word on this value, undefined without such a column. */
  readonly status: Cell | undefined;
}

/** Of a feature of a view: its source around the time of the prediction. */
export interface Surroundings {
  /** Time of the prediction, µs since 1970. */
  readonly at: number;
  /** When it was served, where the log says so. */
  readonly servedAt: number | undefined;
  readonly ttlUs: number | undefined;
  /** Whether rows that were written later are not seen. */
  readonly cutOff: boolean;
  readonly history: readonly HistoryRow[];
}

export interface Cause {
  readonly name: SkewCause;
  readonly detail: string;
}

/** Of a feature that was looked up. */
export function lookupCause(difference: Difference, around: Surroundings): Cause {
  const { served, raw, status, dtype } = difference;
  if (status === null) {
    return {
      name: 'transformation',
      detail: 'the request brought a value of its own, which was not looked up',
    };
  }
  const isRawMissing = isMissing(raw, dtype);
  if (wasMissing(difference)) {
    return isRawMissing ? otherDefault(difference) : missingOnline(difference, around);
  }
  const stale = otherRow(difference, around);
  if (!isRawMissing) {
    return stale ?? { name: 'transformation', detail: 'no row of the source has the served value' };
  }
  const expired = servedTooOld(difference, around);
  if (expired) return expired;
  if (stale) return stale;
  if (status === undefined) return otherDefault(difference);
  return { name: 'unknown', detail: `served ${text(served)}, which no row of the source has` };
}

/** Of an expression: `inputs` are its inputs among the compared columns, each with its cause where it differs in this row. */
export function expressionCause(
  difference: Difference,
  inputs: {
    readonly known: readonly { readonly column: string; readonly cause: Cause | undefined }[];
    /** Names of what it reads that the log does not hold. */
    readonly unknown: readonly string[];
  },
): Cause {
  const first = inputs.known.find(({ cause }) => cause);
  if (first?.cause) {
    return { name: first.cause.name, detail: `follows from ${first.column}: ${first.cause.detail}` };
  }
  if (isMissing(difference.raw, difference.dtype)) return otherDefault(difference);
  if (inputs.unknown.length > 0) {
    const names = inputs.unknown.slice(0, 3).join(', ');
    return {
      name: 'transformation',
      detail: `the expression gives another result, or was given another ${names}, which the log does not hold`,
    };
  }
  return { name: 'transformation', detail: 'its inputs are the same, the result of the expression is not' };
}

/** Whether the served value is that of the row just before the right one. */
export function isPreviousRow(difference: Difference, around: Surroundings): boolean {
  const answer = answerOf(around);
  const before = answer && latest(around.history.filter(({ event }) => event < answer.event));
  return before !== undefined && isSame(difference.served, before.value, difference);
}

/** Whether serving found nothing. Without a status it shows by nothing, or the default, having been served. */
export function wasMissing({ served, fallback, status, ...how }: Difference): boolean {
  if (typeof status === 'string') return status !== 'PRESENT';
  return isMissing(served, how.dtype) || (fallback !== null && isSame(served, fallback, how));
}

function otherDefault({ served, fallback }: Difference): Cause {
  const wanted = fallback === null ? 'stays missing' : `becomes ${text(fallback)}`;
  return {
    name: 'transformation',
    detail: `a default is filled differently: served ${text(served)} where a null ${wanted}`,
  };
}

function missingOnline({ status, dtype }: Difference, { history, at, servedAt = at }: Surroundings): Cause {
  if (status === 'OUTSIDE_MAX_AGE') {
    return { name: 'expired', detail: 'serving found only a row older than ttl; offline has a newer one' };
  }
  const older = history.filter(({ event, value }) => event <= at && isMissing(value, dtype));
  if (status === 'NULL_VALUE' && older.length > 0) {
    return { name: 'late', detail: 'serving had an older row, without a value' };
  }
  const replaced = history.some(({ event, created }) => isBetween(event) || isBetween(created ?? at));
  const detail = replaced
    ? `it was not materialised, or a newer row had replaced it: it was served ${ageText(servedAt - at)} after its event time`
    : 'it was not materialised';
  return { name: 'missing', detail: `offline has a value, serving found none: ${detail}` };

  function isBetween(time: number): boolean {
    return time > at && time <= servedAt;
  }
}

/** Another row of the source than the right one, that has the served value. */
function otherRow(difference: Difference, around: Surroundings): Cause | undefined {
  const { at } = around;
  const answer = answerOf(around);
  const same = around.history.filter(({ value }) => isSame(difference.served, value, difference));
  const correction = same.find(({ event }) => event === answer?.event);
  if (correction) return corrected(correction, around);

  const older = latest(same.filter(({ event }) => event <= at));
  if (older) {
    const lag = answer ? `, ${ageText(answer.event - older.event)} before the right one` : '';
    return { name: 'late', detail: `served the row of ${instantText(older.event)}${lag}` };
  }
  const newer = same.find(({ event }) => event > at);
  if (!newer) return undefined;
  return {
    name: 'late',
    detail: `served the row of ${instantText(newer.event)}, after the prediction's event time`,
  };
}

function corrected({ created }: HistoryRow, { at }: Surroundings): Cause {
  const when =
    created === null
      ? 'of the same event time'
      : `that was written ${created > at ? 'after the prediction' : 'earlier'}`;
  return { name: 'late', detail: `a row was corrected: served its version ${when}` };
}

/** Served though ttl says that it is nothing any more. */
function servedTooOld(difference: Difference, around: Surroundings): Cause | undefined {
  const answer = answerOf(around);
  const { ttlUs, at } = around;
  if (!answer || ttlUs === undefined || at - answer.event <= ttlUs) return undefined;
  if (!isSame(difference.served, answer.value, difference)) return undefined;
  return {
    name: 'expired',
    detail: `served a row ${ageText(at - answer.event)} old; its ttl is ${ageText(ttlUs)}`,
  };
}

/** The row that counts, whatever its age. */
function answerOf({ at, cutOff, history }: Surroundings): HistoryRow | undefined {
  return latest(
    history.filter(({ event, created }) => event <= at && (!cutOff || (created !== null && created <= at))),
  );
}

function latest(rows: readonly HistoryRow[]): HistoryRow | undefined {
  let best: HistoryRow | undefined;
  for (const row of rows) if (!best || isLater(row, best)) best = row;
  return best;
}

function isLater(a: HistoryRow, b: HistoryRow): boolean {
  if (a.event !== b.event) return a.event > b.event;
  return (a.created ?? Number.NEGATIVE_INFINITY) > (b.created ?? Number.NEGATIVE_INFINITY);
}

function instantText(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

const UNITS = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['min', 60_000_000],
  ['s', 1_000_000],
] as const;

/** `3.5 h`. */
function ageText(micros: number): string {
  const [unit, size] = UNITS.find(([, one]) => micros >= one) ?? ['s', 1_000_000];
  return `${Number((micros / size).toPrecision(3))} ${unit}`;
}

/** A value for people. */
export function text(cell: Cell): string {
  return cell === null ? 'nothing' : String(cell).slice(0, 60);
}
