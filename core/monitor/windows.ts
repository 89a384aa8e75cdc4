/** Windows of a length over a stretch of time, counted from 1970 in UTC, so that each begins where everybody's does. */

import { MergewayError } from '../errors.ts';
import type { Interval } from './relation.ts';

/** More windows at once are a mistake in the length. */
const MOST_WINDOWS = 10_000;

/** The windows that hold `from` to `to`. MW_USAGE when they are too many. */
export function windowsOver({ from, to }: Interval, lengthMs: number): readonly Interval[] {
  const first = Math.floor(from / lengthMs);
  const count = Math.max(1, Math.ceil(to / lengthMs) - first);
  if (count > MOST_WINDOWS) {
    throw new MergewayError('MW_USAGE', `${count} windows are too many (${MOST_WINDOWS}); give a longer one`);
  }
  return Array.from({ length: count }, (_, index) => ({
    from: (first + index) * lengthMs,
    to: (first + index + 1) * lengthMs,
  }));
}
