/**
 * What the clocks of a time zone show, as milliseconds that read like UTC, and when they show it. Where clocks are put forward a local
 * time may never come, where they are put back it comes twice: the first instant at which they show it *or later* there always is.
 */

const DAY_MS = 86_400_000;

export interface LocalTime {
  /** How far the clocks are ahead of UTC, in milliseconds. */
  offset(instant: number): number;
  /** The first instant at which the clocks show `local` or later. Never earlier for a later `local`. */
  firstReaching(local: number): number;
  /** The first instant after `from` with another offset than `from` has; `to` must have another one. */
  changeBetween(from: number, to: number): number;
}

export function localTime(timezone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  return { offset, firstReaching, changeBetween };

  function offset(instant: number): number {
    const seconds = Math.floor(instant / 1000) * 1000;
    const shown: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(seconds)) shown[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
    const local = new Date(Date.UTC(2000, 0, 1, hour, minute, second));
    // Date.UTC takes the years 0 to 99 for those of the twentieth century; a missing time is often written as the first of year 1.
    return local.setUTCFullYear(year, month - 1, day) - seconds;
  }

  function firstReaching(local: number): number {
    const [dayBefore, dayAfter] = [local - DAY_MS, local + DAY_MS];
    const [before, after] = [offset(dayBefore), offset(dayAfter)];
    if (before === after) return local - before;

    const change = changeBetween(dayBefore, dayAfter);
    return local - before < change ? local - before : Math.max(change, local - after);
  }

  function changeBetween(from: number, to: number): number {
    const unchanged = offset(from);
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === unchanged) low = middle;
      else high = middle;
    }
    return high;
  }
}
