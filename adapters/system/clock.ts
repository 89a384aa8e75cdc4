/** The machine's clock. */

import type { Clock } from '#core/ports/clock.ts';

export function systemClock(): Clock {
  return { now: () => Date.now() };
}
