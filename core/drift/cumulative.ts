/** The two empirical distribution functions of a pair, walked together: what Kolmogorov-Smirnov, Wasserstein and energy distance read. */

import type { SamplePair } from './measure.ts';

export interface Step {
  /** From this value to the next the functions are constant. */
  readonly value: number;
  /** Distance to the next value; 0 at the last. */
  readonly width: number;
  /** Rows of each side up to and including `value`. */
  readonly reference: number;
  readonly current: number;
}

/** One step per distinct value of either side, ascending. */
export function* steps({ reference, current }: SamplePair): Generator<Step> {
  let [r, c, below, under] = [0, 0, 0, 0];
  while (r < reference.values.length || c < current.values.length) {
    const value = Math.min(
      reference.values[r] ?? Number.POSITIVE_INFINITY,
      current.values[c] ?? Number.POSITIVE_INFINITY,
    );
    if (reference.values[r] === value) below += reference.counts[r++] ?? 0;
    if (current.values[c] === value) under += current.counts[c++] ?? 0;
    const next = Math.min(
      reference.values[r] ?? Number.POSITIVE_INFINITY,
      current.values[c] ?? Number.POSITIVE_INFINITY,
    );
    yield { value, width: Number.isFinite(next) ? next - value : 0, reference: below, current: under };
  }
}

/** Wasserstein distance of order 1: the area between the distribution functions, in the column's unit. */
export function wassersteinDistance(pair: SamplePair): number {
  let area = 0;
  for (const { width, reference, current } of steps(pair)) {
    area += width * Math.abs(reference / pair.reference.total - current / pair.current.total);
  }
  return area;
}

/** Kolmogorov-Smirnov's D: the largest difference of the distribution functions. */
export function largestGap(pair: SamplePair): number {
  let gap = 0;
  for (const { reference, current } of steps(pair)) {
    gap = Math.max(gap, Math.abs(reference / pair.reference.total - current / pair.current.total));
  }
  return gap;
}
