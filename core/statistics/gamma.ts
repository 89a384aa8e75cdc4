/**
 * Tails of the chi-squared and the normal distribution by the incomplete gamma function: its series (DLMF 8.11.4) left of the
 * mean and its continued fraction (DLMF 8.9.2, modified Lentz) right of it; relative error about 1e-14.
 */

import { lnGamma } from '../rollout/beta.ts';

const TINY = 1e-300;
const EPSILON = 1e-16;

/** P(X > x) of a chi-squared variable with `freedom` degrees of freedom. */
export function chiSquaredAbove(x: number, freedom: number): number {
  if (!(x > 0)) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return upperGamma(freedom / 2, x / 2);
}

/** The x with P(X > x) = `tail`, for 0 < tail < 1: by bisection, since it is asked for once a column. */
export function chiSquaredLimit(tail: number, freedom: number): number {
  let low = 0;
  let high = freedom + 10;
  while (chiSquaredAbove(high, freedom) > tail) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (chiSquaredAbove(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z > z) of a standard normal variable. */
export function normalAbove(z: number): number {
  const tail = chiSquaredAbove(z * z, 1) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** Q(a, x), the regularised upper incomplete gamma function. */
function upperGamma(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  return x < a + 1 ? 1 - front * series(a, x) : front * fraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < EPSILON * 10) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
