/**
 * Which arm a key belongs to. The key's place in [0, 1) is a hash of salt and key; the canary takes the places below its
 * weight, so raising the weight only moves keys from champion to canary, and another rollout (salt) draws anew.
 *
 * Hash: MurmurHash3 x86_32 (Austin Appleby, public domain) over the UTF-8 bytes of `salt`, a zero byte and `key`; 2³² places are
 * fine enough for weights of 0.01 %. It is no secret: whoever knows the salt can choose an arm.
 */

export type Arm = 'champion' | 'canary';

export interface Assignment {
  /** One per rollout. */
  readonly salt: string;
  readonly key: string;
  /** Canary's share, percent from 0 to 100. */
  readonly weight: number;
}

export function armOf({ salt, key, weight }: Assignment): Arm {
  return placeOf(salt, key) * 100 < weight ? 'canary' : 'champion';
}

/** The key's place in [0, 1). */
export function placeOf(salt: string, key: string): number {
  return murmur3(encoder.encode(`${salt}\0${key}`)) / 2 ** 32;
}

const encoder = new TextEncoder();

/** MurmurHash3 x86_32 with seed 0, as an unsigned number. */
export function murmur3(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= scramble(wordAt(bytes, at, 4));
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= scramble(wordAt(bytes, whole, bytes.length - whole));
  return finish(hash ^ bytes.length);
}

function wordAt(bytes: Uint8Array, at: number, length: number): number {
  let word = 0;
  for (let i = length - 1; i >= 0; i--) word = (word << 8) | (bytes[at + i] ?? 0);
  return word;
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
