/**
 * How far the sources of features reach into a window. What was predicted after the last row of a source can't be held against it yet. A
 * source that ends a twentieth before the window does is near enough to tell: the last hour of a day is missing from hourly
 * rows until those of the next day come. Further back only its first part could be compared, of which some keys may still lack rows.
 */

import type { Interval } from '../intervals/schedule.ts';

export type Reach = 'behind' | 'near' | 'whole';

const NEAR = 1 / 20;

/** `sources`: until when the sources have rows, ms since 1970; undefined where that is not known. */
export function reachInto({ from, to }: Interval, sources: number | undefined): Reach {
  if (sources === undefined) return 'behind';
  if (sources >= to) return 'whole';
  return sources >= to - (to - from) * NEAR ? 'near' : 'behind';
}

const RANK: Readonly<Record<Reach, number>> = { behind: 0, near: 1, whole: 2 };

/** Whether more of the window can be told than when its sources reached as far as `before`. */
export function reachesFurther(
  window: Interval,
  { before, now }: { readonly before: number | undefined; readonly now: number | undefined },
): boolean {
  return RANK[reachInto(window, now)] > RANK[reachInto(window, before)];
}
