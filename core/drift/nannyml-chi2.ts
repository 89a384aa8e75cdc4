/** NannyML's χ² test: of homogeneity, both sides' counts in one table; of two categories with Yates' correction, as scipy does it. */

import { chiSquaredAbove } from '../statistics/gamma.ts';
import { BY_P_VALUE, type DriftMeasure, sum, tested } from './measure.ts';

/** Counts of a 2 × 2 table are moved towards what is expected by at most so much. */
const YATES = 0.5;

export const nannymlChi2: DriftMeasure = {
  variant: "NannyML's chi-squared test of homogeneity",
  drift: BY_P_VALUE,
  threshold: 0.05,
  counts({ reference, current }) {
    if (reference.length < 2) return tested(0, 1);
    const all = sum(reference) + sum(current);
    const correction = reference.length === 2 ? YATES : 0;
    let statistic = 0;
    for (const [key, count] of reference.entries()) {
      const both = count + (current[key] ?? 0);
      for (const [rows, side] of [
        [count, reference],
        [current[key] ?? 0, current],
      ] as const) {
        const expected = (both * sum(side)) / all;
        const apart = Math.abs(rows - expected);
        statistic += (apart - Math.min(correction, apart)) ** 2 / expected;
      }
    }
    return tested(statistic, chiSquaredAbove(statistic, reference.length - 1));
  },
};
