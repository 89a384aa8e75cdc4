/** `Timer` of this process, by `performance.now()`. Timeouts come up to a millisecond late: the last two are spent looking at the clock. */

import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Timer } from '#core/ports/timer.ts';

const LOOKING_MS = 2;

export function systemTimer(): Timer {
  return {
    async until(ms) {
      const wait = ms - performance.now() - LOOKING_MS;
      if (wait > 0) await setTimeout(wait);
      while (performance.now() < ms) await setImmediate();
    },
  };
}
