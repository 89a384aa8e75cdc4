/**
 * Seeded chance. Bootstraps take their seed from digests (design §10), so nobody can run again until green.
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded from a SHA-256 of the seed text.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Random } from './ports/random.ts';

/** A generator of uniform numbers in [0, 1) that is the same for the same seed on every machine. */
export function seededRandom(seed: string): Random {
  const words = new DataView(sha256(utf8ToBytes(seed)).buffer);
  let [a, b, c, counter] = [words.getInt32(0), words.getInt32(4), words.getInt32(8), 1];

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }

  for (let i = 0; i < 12; i++) next();
  return { next };
}

/** A whole number from 0 to `below` - 1. */
export function pick(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}
