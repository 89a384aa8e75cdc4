/**
 * Whether two rows of counts come from one population: χ² with B − 1 degrees of freedom, of the milder of two statistics.
 *
 *     Pearson:           X² = Σ (observed − expected)² / expected
 *     likelihood ratio:  G  = 2 Σ observed · ln(observed / expected), over Williams' (1976) correction
 *
 * Many columns ask for chances of one in a million, where Pearson's X² alarms too often when bins hold few rows: with 5 rows expected, 16
 * have chance 7e-5 and Pearson's says 9e-7. G has the exponential rate of the true tail; X² keeps G from reading too much into empty bins.
 */

import { chiSquaredAbove } from './gamma.ts';

/** Counts of two samples by bin, in one order. */
export interface Counts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export interface Homogeneity {
  readonly pearson: number;
  /** Corrected. */
  readonly likelihood: number;
  /** Bins that hold anything, less one. */
  readonly freedom: number;
  readonly pValue: number;
}

export function homogeneity({ reference, current }: Counts): Homogeneity {
  const [rows, others] = [total(reference), total(current)];
  const all = rows + others;
  let [pearson, likelihood, bins, inverses] = [0, 0, 0, 0];
  for (const [bin, before] of reference.entries()) {
    const now = current[bin] ?? 0;
    const both = before + now;
    if (both === 0) continue;
    bins++;
    inverses += 1 / both;
    pearson += (before * others - now * rows) ** 2 / (both * rows * others);
    likelihood += part(before, (both * rows) / all) + part(now, (both * others) / all);
  }
  const freedom = bins - 1;
  if (freedom < 1 || rows === 0 || others === 0) return { pearson: 0, likelihood: 0, freedom: 0, pValue: 1 };

  const williams = 1 + ((all * inverses - 1) * (all / rows + all / others - 1)) / (6 * all * freedom);
  const corrected = Math.max(0, (2 * likelihood) / williams);
  return {
    pearson,
    likelihood: corrected,
    freedom,
    pValue: chiSquaredAbove(Math.min(pearson, corrected), freedom),
  };
}

function part(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
