/**
 * Ticks of a cron expression in a time zone. croner knows the pattern, and is asked in UTC for what clocks show; when they show it is
 * decided here: where the hours and minutes are named (`30 2,14 * * *`) each comes once, at the end of the gap when clocks are put forward
 * over it, and the first time when they are put back; with a wildcard or a step (`*\/30 * * * *`) every time the clocks match is a tick.
 */

import { CronDate, CronPattern } from 'croner';
import type { LocalTime } from './local-time.ts';
import type { Schedule } from './schedule.ts';

/** Local times that match a pattern, which are whole minutes. */
interface Matches {
  /** The first after `local`; infinite when none ever comes. */
  after(local: number): number;
  /** The last that is not after `local`. */
  at(local: number): number;
}

/** Why the text is no cron expression that ever ticks; undefined when it is one. */
export function cronProblem(expression: string): string | undefined {
  try {
    const { after } = matchesOf(new CronPattern(expression, 'UTC', { mode: '5-part' }));
    return Number.isFinite(after(0)) ? undefined : 'it never ticks';
  } catch (cause) {
    return cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : 'it is not understood';
  }
}

export function cronSchedule(expression: string, time: LocalTime): Schedule {
  const pattern = new CronPattern(expression, 'UTC', { mode: '5-part', fixedTimeRule: 'no-wildcard' });
  const matches = matchesOf(pattern);
  return pattern.isFixedTime ? onceEach(matches, time) : everyTime(matches, time);
}

function matchesOf(pattern: CronPattern): Matches {
  return {
    after: (local) =>
      new CronDate(wholeSecond(local), 'UTC').increment(pattern, {}, false)?.getTime() ?? Infinity,
    at: (local) =>
      new CronDate(wholeSecond(local + 1000), 'UTC').decrement(pattern, {})?.getTime() ?? -Infinity,
  };
}

function wholeSecond(local: number): Date {
  return new Date(Math.floor(local / 1000) * 1000);
}

/** Later matches are never reached earlier, so that the search starts at what the clocks show and goes on past what they showed before. */
function onceEach({ after, at }: Matches, { offset, firstReaching }: LocalTime): Schedule {
  return {
    tickAt(instant) {
      let match = at(instant + offset(instant));
      for (let next = after(match); firstReaching(next) <= instant; next = after(match)) match = next;
      return firstReaching(match);
    },
    tickAfter(instant) {
      let match = after(instant + offset(instant));
      while (firstReaching(match) <= instant) match = after(match);
      return firstReaching(match);
    },
  };
}

/** Between two changes of the clocks local time runs like UTC; a match beyond a change is looked for again from there. */
function everyTime({ after, at }: Matches, { offset, changeBetween }: LocalTime): Schedule {
  return {
    tickAt(instant) {
      let to = instant;
      for (;;) {
        const ahead = offset(to);
        const tick = at(to + ahead) - ahead;
        if (offset(tick) === ahead) return tick;
        to = changeBetween(tick, to) - 1;
      }
    },
    tickAfter(instant) {
      let [from, ahead] = [instant, offset(instant)];
      for (;;) {
        const tick = after(from + ahead) - ahead;
        if (offset(tick) === ahead) return tick;
        const change = changeBetween(from, tick);
        [from, ahead] = [change - 1, offset(change)];
      }
    },
  };
}
