/**
 * Mann and Whitney's U, one-sided as Evidently asks for it: is the reference stochastically less than the current data? Exact where a
 * side has at most eight rows and nothing is tied, else the normal limit with corrections for ties and continuity, as scipy decides.
 */

import { normalAbove } from '../../statistics/gamma.ts';
import { steps } from '../cumulative.ts';
import { BY_P_VALUE, type DriftMeasure, type SamplePair, tested } from '../measure.ts';

/** Sides of at most so many rows have an exact p-value. */
const EXACT_ROWS = 8;

/** Products of the sides' rows up to which the distribution is counted out; scipy has no such limit, and would not end. */
const EXACT_PRODUCT = 2_000_000;

export const mannw: DriftMeasure = {
  variant: "Evidently's Mann-Whitney U test, reference less than current",
  drift: BY_P_VALUE,
  threshold: 0.05,
  samples(pair) {
    const [m, n] = [pair.reference.total, pair.current.total];
    const { wins, ties } = pairsOf(pair);
    const above = m * n - wins;
    const exact = Math.min(m, n) <= EXACT_ROWS && ties === 0 && m * n <= EXACT_PRODUCT;
    if (exact) return tested(wins, exactAtLeast(above, m, n));
    const all = m + n;
    const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))));
    if (!(deviation > 0)) return { undefined: 'there is only one value' };
    return tested(wins, normalAbove((above - (m * n) / 2 - 0.5) / deviation));
  },
};

/** Pairs that the reference wins, a tie being half of one; and Σ(t³ − t) over groups of t equal values. */
function pairsOf(pair: SamplePair): { readonly wins: number; readonly ties: number } {
  let [wins, ties, reference, current] = [0, 0, 0, 0];
  for (const step of steps(pair)) {
    const [own, other] = [step.reference - reference, step.current - current];
    wins += own * (current + other / 2);
    ties += (own + other) ** 3 - (own + other);
    [reference, current] = [step.reference, step.current];
  }
  return { wins, ties };
}

/** P(U ≥ u) when every order is equally likely. U is symmetric, so that the shorter tail is counted. */
function exactAtLeast(u: number, m: number, n: number): number {
  const counts = orders(Math.min(m, n), Math.max(m, n), Math.min(u, m * n - u));
  const all = Number(binomial(m + n, Math.min(m, n)));
  let atMost = 0n;
  for (const count of counts) atMost += count;
  const tail = Number(atMost) / all;
  return 2 * u >= m * n ? tail : 1 - tail + Number(counts.at(-1)) / all;
}

/** How many orders give U = 0 … `last`: coefficients of the Gaussian binomial Π (1 − q^(n+i)) / (1 − q^i). */
function orders(m: number, n: number, last: number): bigint[] {
  const counts = new Array<bigint>(last + 1).fill(0n);
  counts[0] = 1n;
  for (let i = 1; i <= m; i++) {
    for (let u = last; u >= n + i; u--) counts[u] = (counts[u] ?? 0n) - (counts[u - n - i] ?? 0n);
    for (let u = i; u <= last; u++) counts[u] = (counts[u] ?? 0n) + (counts[u - i] ?? 0n);
  }
  return counts;
}

function binomial(n: number, k: number): bigint {
  let ways = 1n;
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i);
  return ways;
}
