/** The mean of a few repeated measurements, with Student's 95 % interval: mean ± t₀.₉₇₅(n − 1) · s / √n. */

import { studentLimit } from './student.ts';

const TAIL = 0.025;

/** Without an interval for a single value. */
export function meanOfFew(values: readonly number[]): {
  readonly point: number;
  readonly low: number | null;
  readonly high: number | null;
} {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { point: mean, low: null, high: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentLimit(TAIL, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { point: mean, low: mean - half, high: mean + half };
}
