/** Randomness that nobody can predict. */

import { getRandomValues } from 'node:crypto';
import type { Random } from '#core/ports/random.ts';

/** 53 random bits a number, as many as a double holds below 1. */
export function systemRandom(): Random {
  const words = new Uint32Array(2);
  return {
    next() {
      const [high = 0, low = 0] = getRandomValues(words);
      return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
    },
  };
}
