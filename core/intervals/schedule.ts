/**
 * Data intervals: the time between two consecutive ticks, begin included and end left out, so that they tile time. A schedule is no list
 * of runs but a rule: whoever asks, however late or often, gets the same intervals. Whole days are counted from 1970-01-01 in the time
 * zone (a day is what its clocks call one, 23 to 25 hours), shorter durations and all others in milliseconds of UTC.
 */

import { durationMs } from '../config/duration.ts';
import { cronSchedule } from './cron.ts';
import { localTime } from './local-time.ts';

const DAY_MS = 86_400_000;

/** Milliseconds since 1970. */
export interface Interval {
  readonly from: number;
  /** Left out. */
  readonly to: number;
}

/** When the ticks are. */
export interface Schedule {
  /** The newest tick that is not after the instant. */
  tickAt(instant: number): number;
  /** The first tick after the instant. */
  tickAfter(instant: number): number;
}

/** The schedule of an `Every` in a `Timezone`, as configuration has accepted them. */
export function scheduleOf({
  every,
  timezone,
}: {
  readonly every: string;
  readonly timezone: string;
}): Schedule {
  if (every.includes(' ')) return cronSchedule(every, localTime(timezone));
  const lengthMs = Math.max(1, Math.round(durationMs(every)));
  const isEven = lengthMs % DAY_MS !== 0 || timezone === 'UTC';
  return isEven ? evenly(lengthMs) : wholeDays(lengthMs / DAY_MS, timezone);
}

/** The interval that holds the instant. */
export function intervalAt({ tickAt, tickAfter }: Schedule, instant: number): Interval {
  return { from: tickAt(instant), to: tickAfter(instant) };
}

/** The one after it: it begins at the first tick that the interval does not reach beyond. */
export function nextInterval({ tickAfter }: Schedule, { to }: Interval): Interval {
  const from = tickAfter(to - 1);
  return { from, to: tickAfter(from) };
}

/** The one before it. */
export function previousInterval(schedule: Schedule, { from }: Interval): Interval {
  return intervalAt(schedule, schedule.tickAt(from) - 1);
}

interface Span {
  /** Intervals begin here or later. */
  readonly after: number;
  /** Intervals have ended here, `settleMs` ago or longer. */
  readonly until: number;
  readonly settleMs?: number;
}

/** Every complete interval of a span, oldest first; made one by one, since a span may hold millions. */
export function* completeIntervals(
  schedule: Schedule,
  { after, until, settleMs = 0 }: Span,
): Generator<Interval> {
  let interval = nextInterval(schedule, { from: after, to: after });
  while (interval.to + settleMs <= until) {
    yield interval;
    interval = nextInterval(schedule, interval);
  }
}

/** The newest interval that is complete. */
export function latestComplete(schedule: Schedule, { until, settleMs = 0 }: Omit<Span, 'after'>): Interval {
  return intervalAt(schedule, schedule.tickAt(until - settleMs) - 1);
}

function evenly(lengthMs: number): Schedule {
  const tickAt = (instant: number) => Math.floor(instant / lengthMs) * lengthMs;
  return { tickAt, tickAfter: (instant) => tickAt(instant) + lengthMs };
}

/** A day that a zone left out (Samoa, 2011-12-30) begins where the next one does, and is none. */
function wholeDays(days: number, timezone: string): Schedule {
  const { offset, firstReaching } = localTime(timezone);
  const tick = (index: number) => firstReaching(index * days * DAY_MS);
  const newest = (instant: number) => {
    let index = Math.floor((instant + offset(instant)) / (days * DAY_MS));
    while (tick(index + 1) <= instant) index++;
    return index;
  };
  return { tickAt: (instant) => tick(newest(instant)), tickAfter: (instant) => tick(newest(instant) + 1) };
}
