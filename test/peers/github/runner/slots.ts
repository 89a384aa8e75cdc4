// How many jobs run at once.
import { availableParallelism } from 'node:os';
import type { Services } from './session.ts';

/** Lets so many in at once; the others wait in order. */
export function makeSlots(count = Math.max(2, availableParallelism())): Services['slots'] {
  const waiting: (() => void)[] = [];
  let free = count;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async enter() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
