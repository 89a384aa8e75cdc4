/** Kolmogorov-Smirnov test as scipy.stats.ks_2samp decides by default: exact to 10,000 rows a side, else the one-sample limit. */

import { largestGap } from '../cumulative.ts';
import { exactGapAbove } from '../ks-exact.ts';
import { gapAbove } from '../ks-limit.ts';
import { type DriftMeasure, tested } from '../measure.ts';

const EXACT_ROWS = 10_000;

export const ks: DriftMeasure = {
  variant: "Evidently's Kolmogorov-Smirnov test: exact to 10,000 rows, else asymptotic",
  drift: { of: 'p-value', when: '<=' },
  threshold: 0.05,
  samples(pair) {
    const [m, n] = [pair.reference.total, pair.current.total];
    const gap = largestGap(pair);
    const p =
      Math.max(m, n) <= EXACT_ROWS ? exactGapAbove(gap, m, n) : gapAbove(gap, roundToEven((m * n) / (m + n)));
    return tested(gap, p);
  },
};

/** numpy rounds halves to the even neighbour. */
function roundToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
