/**
 * Wilson's score interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22:209), which keeps its coverage near 0 and 1:
 *
 *     (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
 */

import type { Interval } from './interval.ts';

/** 95 %, two-sided. */
const Z = 1.959963984540054;

/** Of the share `p` seen on `n` rows, whole, effective or not; of no rows it may be anything. `z`: standard errors on each side. */
export function wilsonInterval(p: number, n: number, z = Z): Interval {
  if (!(n > 0)) return { low: 0, high: 1 };
  const z2 = z * z;
  const middle = p + z2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // Rounding may leave out a share of 0 or 1 itself.
  return {
    low: Math.max(0, Math.min(p, (middle - half) / scale)),
    high: Math.min(1, Math.max(p, (middle + half) / scale)),
  };
}
