/** Time that moves only when everybody waits: to whoever is woken next. */

import type { Clock } from '#core/ports/clock.ts';
import type { Timer } from '#core/ports/timer.ts';

export interface SimulatedTime {
  readonly clock: Clock;
  readonly timer: Timer;
  /** A server that takes requests one after the other; `done` tells when one that is begun at a time is answered. */
  singleServer(done: (from: number) => number): () => Promise<void>;
  /** Lets time pass until the work has ended. */
  play<T>(work: Promise<T>): Promise<T>;
}

/** Starts at 0 ms. */
export function simulatedTime(): SimulatedTime {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const until = async (at: number): Promise<void> => {
    if (at <= now) return;
    await new Promise<void>((wake) => sleepers.push({ at, wake }));
  };

  return {
    clock: { now: () => now },
    timer: { until },
    singleServer(done) {
      let free = 0;
      return async () => {
        free = done(Math.max(now, free));
        await until(free);
      };
    },
    async play(work) {
      let over = false;
      const ended = work.then(
        () => {
          over = true;
        },
        () => {
          over = true;
        },
      );
      while (!over) {
        await new Promise(setImmediate);
        sleepers.sort((a, b) => a.at - b.at);
        const next = over ? undefined : sleepers.shift();
        if (!next) continue;
        now = next.at;
        next.wake();
      }
      await ended;
      return work;
    },
  };
}
