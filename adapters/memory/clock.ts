/** A clock that stands still until it is told to move, for tests. */

import type { Clock } from '#core/ports/clock.ts';

export interface MemoryClock extends Clock {
  /** Moves the clock forward by so many milliseconds. */
  advance(ms: number): void;
  /** Sets the clock, in milliseconds since 1970. */
  set(now: number): void;
}

/** Starts at 2026-01-01T00:00:00Z. */
export function memoryClock(start = Date.UTC(2026, 0, 1)): MemoryClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    set(to) {
      now = to;
    },
  };
}
