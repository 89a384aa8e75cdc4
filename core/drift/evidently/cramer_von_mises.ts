/**
 * Cramér and von Mises' test of two samples: exact to 20 rows a side, else the limiting distribution of the one-sample statistic,
 * after T was given its mean and variance (Anderson 1962, eq. 9 to 15). Evidently counts the exact case in half or single precision, so
 * that three or seven digits of its p-value there are right; ours are scipy's.
 */

import { besselK } from '../../statistics/bessel.ts';
import { lnGamma } from '../../rollout/beta.ts';
import { exactCriterionAbove } from '../cvm-exact.ts';
import { steps } from '../cumulative.ts';
import { type DriftMeasure, type SamplePair, tested } from '../measure.ts';

const EXACT_ROWS = 20;

/** Below it p is 1 to all digits. */
const NOTHING = 0.003;

/** Evidently adds up terms until one is smaller, that one included. */
const SMALLEST_TERM = 1e-7;

export const cramer_von_mises: DriftMeasure = {
  variant: "Evidently's Cramér-von Mises test: exact to 20 rows, else asymptotic",
  drift: { of: 'p-value', when: '<=' },
  threshold: 0.1,
  samples(pair) {
    const [m, n] = [pair.reference.total, pair.current.total];
    if (Math.min(m, n) < 2) return { undefined: 'it needs two rows a side' };
    const u = rankDistances(pair);
    const [all, product] = [m + n, m * n];
    const t = u / (product * all) - (4 * product - 1) / (6 * all);
    if (Math.max(m, n) <= EXACT_ROWS) return tested(t, exactCriterionAbove(u, m, n));

    const mean = (1 + 1 / all) / 6;
    const spread = (all + 1) * (4 * product * all - 3 * (m ** 2 + n ** 2) - 2 * product);
    const variance = spread / (45 * all ** 2 * 4 * product);
    const standard = 1 / 6 + (t - mean) / Math.sqrt(45 * variance);
    return tested(t, standard < NOTHING ? 1 : 1 - limitBelow(standard));
  },
};

/** U: each side's squared distances between the pooled midranks of its rows and their ranks among themselves, times its rows. */
function rankDistances(pair: SamplePair): number {
  let [reference, current, sumReference, sumCurrent] = [0, 0, 0, 0];
  for (const step of steps(pair)) {
    const midrank = (reference + current + step.reference + step.current + 1) / 2;
    sumReference += squares(midrank, reference, step.reference);
    sumCurrent += squares(midrank, current, step.current);
    [reference, current] = [step.reference, step.current];
  }
  return pair.reference.total * sumReference + pair.current.total * sumCurrent;
}

/** Σ (midrank − i)² over the ranks after `from` to `to`. */
function squares(midrank: number, from: number, to: number): number {
  const rows = to - from;
  return rows * (midrank - (from + to + 1) / 2) ** 2 + (rows * (rows ** 2 - 1)) / 12;
}

/** P(W² < x) of the limit (Csörgő and Faraway 1996, eq. 1.3). */
function limitBelow(x: number): number {
  let total = 0;
  for (let k = 0; ; k++) {
    const y = 4 * k + 1;
    const q = y ** 2 / (16 * x);
    const weight = Math.exp(lnGamma(k + 0.5) - lnGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = weight * Math.sqrt(y) * Math.exp(-q) * besselK(0.25, q);
    total += term;
    if (term < SMALLEST_TERM) return total;
  }
}
