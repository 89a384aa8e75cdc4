/** Numbers that any machine can make again: the minimal standard generator x ← 48271·x mod 2³¹−1, as in the Python that made the expected values. */

const MODULUS = 2 ** 31 - 1;

/** `count` uniform numbers in (0, 1). */
export function uniform(seed: number, count: number): number[] {
  let x = seed;
  return Array.from({ length: count }, () => {
    x = (48271 * x) % MODULUS;
    return x / MODULUS;
  });
}
