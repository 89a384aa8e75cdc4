/**
 * Anderson and Darling's test of two samples, in the version with midranks (Scholz and Stephens 1987, eq. 7), standardised by its
 * mean and variance (eq. 4). Its p-value is read from a table, so it ends at 0.001 and 0.25, as scipy's does.
 */

import { steps } from '../cumulative.ts';
import { BY_P_VALUE, type DriftMeasure, type SamplePair, tested } from '../measure.ts';

/** Standardised statistics from Table 2 for two samples: p = 0.25 at the first, 0.001 at the last. */
const TABLE = { first: 0.325, last: 6.546, highest: 0.25, lowest: 0.001 } as const;

/** ln p of the table's seven entries as the parabola of least squares: numpy.polyfit(statistics, log(p), 2). */
const LN_P = [-1.077770279820486, -1.0082265644652515, 0.018198094574111343] as const;

export const anderson: DriftMeasure = {
  variant: "Evidently's Anderson-Darling test, midranks, p from 0.001 to 0.25",
  drift: BY_P_VALUE,
  threshold: 0.1,
  samples(pair) {
    const [m, n] = [pair.reference.total, pair.current.total];
    if (m + n < 4) return { undefined: 'it needs four rows' };
    const statistic = (squaredDistance(pair) - 1) / Math.sqrt(variance(m, n));
    if (!Number.isFinite(statistic)) return { undefined: 'there is only one value' };
    return tested(statistic, tableValue(statistic));
  },
};

/** Both samples' squared distance from the pooled one, weighted towards the tails. */
function squaredDistance(pair: SamplePair): number {
  const sides = [pair.reference.total, pair.current.total] as const;
  const all = sides[0] + sides[1];
  const sums = [0, 0];
  let [reference, current] = [0, 0];
  for (const step of steps(pair)) {
    const own = [step.reference - reference, step.current - current];
    const tied = (own[0] ?? 0) + (own[1] ?? 0);
    const midrank = reference + current + tied / 2;
    const weight = tied / all / (midrank * (all - midrank) - (all * tied) / 4);
    for (const [side, upTo] of [step.reference, step.current].entries()) {
      const midway = upTo - (own[side] ?? 0) / 2;
      sums[side] = (sums[side] ?? 0) + weight * (all * midway - midrank * (sides[side] ?? 0)) ** 2;
    }
    [reference, current] = [step.reference, step.current];
  }
  return (((sums[0] ?? 0) / sides[0] + (sums[1] ?? 0) / sides[1]) * (all - 1)) / all;
}

/** Of the statistic of two samples without drift. */
function variance(m: number, n: number): number {
  const all = m + n;
  const inverse = 1 / m + 1 / n;
  let [harmonic, double] = [0, 0];
  for (let i = 0; i < all - 2; i++) {
    harmonic += 1 / (all - 1 - i);
    double += harmonic / (2 + i);
  }
  const [h, g] = [harmonic + 1, double];
  const a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * inverse + 4 * h;
  const d = 4 * (2 * h + 6) - 8 * h;
  return (a * all ** 3 + b * all ** 2 + c * all + d) / ((all - 1) * (all - 2) * (all - 3));
}

function tableValue(statistic: number): number {
  if (statistic < TABLE.first) return TABLE.highest;
  if (statistic > TABLE.last) return TABLE.lowest;
  return Math.exp(LN_P[0] + LN_P[1] * statistic + LN_P[2] * statistic ** 2);
}
