/**
 * Comparisons grow with the square of the groups: resampling them is bounded, and where too few resamples would be left to read a quantile
 * off, Bonferroni's bound takes their place. It is never too small, and judging two thousand groups keeps nobody waiting.
 */

import { normalQuantile } from '../statistics/normal.ts';

const REPLICATES = 2000;
const FEWEST_REPLICATES = 200;

/** Comparisons times replicates at most. */
const WORK = 20_000_000;

/** How many resamples of so many comparisons are drawn; 0 where `largestNoiseAtMost` stands for them. */
export function replicatesFor(comparisons: number): number {
  const affordable = Math.floor(WORK / Math.max(1, comparisons));
  return affordable < FEWEST_REPLICATES ? 0 : Math.min(REPLICATES, affordable);
}

/** How many standard errors the furthest of so many comparisons strays, at most, in a share 1 − `tail` of samples. */
export function largestNoiseAtMost(comparisons: number, tail: number): number {
  return -normalQuantile(tail / (2 * comparisons));
}
