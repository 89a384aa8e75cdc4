/** The tail of Student's t by the incomplete beta function: P(T > t) = ½ I(ν / (ν + t²); ν/2, ½) for t ≥ 0 (DLMF 8.17). */

import { lnUpperTail } from '../rollout/beta.ts';
import { normalQuantile } from './normal.ts';

/** P(T > t) with `freedom` degrees of freedom, whole or not. */
export function studentAbove(t: number, freedom: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  const square = t * t;
  const tail = Math.exp(lnUpperTail(square / (freedom + square), 0.5, freedom / 2)) / 2;
  return t >= 0 ? tail : 1 - tail;
}

/** Degrees of freedom of a difference of two estimates with these standard errors (Welch 1947, Satterthwaite 1946). */
export function welchFreedom(
  estimates: readonly { readonly error: number; readonly freedom: number }[],
): number {
  let [variance, inverse] = [0, 0];
  for (const { error, freedom } of estimates) {
    variance += error ** 2;
    inverse += error ** 4 / Math.max(1, freedom);
  }
  return inverse > 0 ? Math.max(1, variance ** 2 / inverse) : 1;
}

/** The t with P(T > t) = `tail`, for 0 < tail < ½, by bisection. */
export function studentLimit(tail: number, freedom: number): number {
  let [low, high] = [0, -normalQuantile(tail)];
  while (studentAbove(high, freedom) > tail) [low, high] = [high, high * 2];
  for (let step = 0; step < 60 && high - low > 1e-10 * high; step++) {
    const middle = (low + high) / 2;
    if (studentAbove(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
