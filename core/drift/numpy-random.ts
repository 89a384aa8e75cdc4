/**
 * Draws of numpy's `RandomState`, for p-values that a library takes from permutations of a fixed seed: the Mersenne Twister MT19937
 * (Matsumoto and Nishimura 1998), whole numbers by masked rejection, and the shuffle that runs from the end.
 */

const SIZE = 624;
const MIDDLE = 397;
const UPPER = 0x8000_0000;
const LOWER = 0x7fff_ffff;
const TWIST = 0x9908_b0df;

/** `permutation(n)` of a `RandomState` with this seed, again and again. */
export function permutations(seed: number, n: number): () => Int32Array {
  const next = mersenneTwister(seed);
  return () => {
    const order = Int32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const other = wholeUpTo(next, last);
      const moved = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = moved;
    }
    return order;
  };
}

/** 0 to `last`: bits as many as it has, drawn again when they are more. */
function wholeUpTo(next: () => number, last: number): number {
  const mask = 0xffff_ffff >>> Math.clz32(last);
  for (;;) {
    const drawn = (next() & mask) >>> 0;
    if (drawn <= last) return drawn;
  }
}

/** Words of 32 bits. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let index = 1; index < SIZE; index++) {
    const before = state[index - 1] ?? 0;
    state[index] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + index;
  }
  let at = SIZE;
  return () => {
    if (at === SIZE) {
      twist(state);
      at = 0;
    }
    let word = state[at++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let index = 0; index < SIZE; index++) {
    const mixed = ((state[index] ?? 0) & UPPER) | ((state[(index + 1) % SIZE] ?? 0) & LOWER);
    const odd = mixed & 1 ? TWIST : 0;
    state[index] = (state[(index + MIDDLE) % SIZE] ?? 0) ^ (mixed >>> 1) ^ odd;
  }
}
