/** Fisher's exact test of a 2 × 2 table, two-sided: the chance of all tables as unlikely as this one. The statistic is the odds ratio. */

import { lnGamma } from '../../rollout/beta.ts';
import { BY_P_VALUE, type DriftMeasure, sum, tested } from '../measure.ts';

/** Tables that are equally likely differ by rounding. */
const TIE = 1 + 1e-9;

export const fisher_exact: DriftMeasure = {
  variant: "Evidently's Fisher's exact test, for two values and samples of equal size",
  drift: BY_P_VALUE,
  threshold: 0.1,
  counts({ reference, current }) {
    if (reference.length > 2) return { undefined: 'it needs exactly two values' };
    if (sum(reference) !== sum(current)) return { undefined: 'it needs as many current as reference rows' };
    const [a, b] = [current[1] ?? 0, current[0] ?? 0];
    const [c, d] = [reference[1] ?? 0, reference[0] ?? 0];
    return tested((a * d) / (b * c), twoSided(a, b, c, d));
  },
};

function twoSided(a: number, b: number, c: number, d: number): number {
  const first = a + b;
  const successes = a + c;
  const all = first + c + d;
  const lnChance = (k: number) =>
    lnChoose(successes, k) + lnChoose(all - successes, first - k) - lnChoose(all, first);
  const observed = Math.exp(lnChance(a)) * TIE;
  let total = 0;
  for (let k = Math.max(0, first + successes - all); k <= Math.min(first, successes); k++) {
    const chance = Math.exp(lnChance(k));
    if (chance <= observed) total += chance;
  }
  return total;
}

function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
