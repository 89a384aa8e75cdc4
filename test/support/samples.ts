/** Numbers that Python can draw too: Lehmer's generator x ← 48271·x mod 2³¹−1, u = x / (2³¹−1). */

import type { Sample, SamplePair } from '#core/drift/measure.ts';

const MODULUS = 2 ** 31 - 1;

/** `n` numbers in (0, 1) from a seed. */
export function lehmer(seed: number, n: number): number[] {
  let x = seed;
  return Array.from({ length: n }, () => {
    x = (48271 * x) % MODULUS;
    return x / MODULUS;
  });
}

/** Rows as distinct values with counts. */
export function sampleFrom(rows: readonly number[]): Sample {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  const values = [...counts.keys()].sort((a, b) => a - b);
  return { values, counts: values.map((value) => counts.get(value) ?? 0), total: rows.length };
}

export function pairFrom(
  reference: readonly number[],
  current: readonly number[],
  whole = false,
): SamplePair {
  return { reference: sampleFrom(reference), current: sampleFrom(current), whole };
}
