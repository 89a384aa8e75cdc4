/**
 * Exact comparison of two shares: given how many of all rows are marked, how many of them fall on one side is hypergeometric, whatever the
 * common share is (Fisher 1935). Nothing is approximated, so the far tails that many columns ask for hold at any size.
 */

import { lnGamma } from '../rollout/beta.ts';

export interface Urn {
  /** Rows of both sides. */
  readonly total: number;
  /** Marked rows of both sides. */
  readonly marked: number;
  /** Rows of the side that is looked at. */
  readonly drawn: number;
}

/** Terms smaller than this part of the sum no longer count. */
const NEGLIGIBLE = 1e-17;

/** P(X ≥ k): at least `k` marked rows among those drawn. */
export function markedAtLeast(k: number, urn: Urn): number {
  const { total, marked, drawn } = urn;
  const least = Math.max(0, drawn - (total - marked));
  if (k <= least) return 1;
  if (k > Math.min(marked, drawn)) return 0;
  const mode = Math.floor(((drawn + 1) * (marked + 1)) / (total + 2));
  return k > mode ? Math.min(1, upwards(k, urn)) : Math.max(0, 1 - downwards(k - 1, urn));
}

/** P(X ≤ k). */
export function markedAtMost(k: number, { total, marked, drawn }: Urn): number {
  return markedAtLeast(drawn - k, { total, marked: total - marked, drawn });
}

/** Two-sided: twice the smaller tail. */
export function shareDiffers(k: number, urn: Urn): number {
  return Math.min(1, 2 * Math.min(markedAtLeast(k, urn), markedAtMost(k, urn)));
}

/** Σ from k up; each term is the one before times a quotient of four counts. */
function upwards(k: number, urn: Urn): number {
  const { total, marked, drawn } = urn;
  let term = chance(k, urn);
  let sum = term;
  for (let j = k; j < Math.min(marked, drawn) && term > sum * NEGLIGIBLE; j++) {
    term *= ((marked - j) / (j + 1)) * ((drawn - j) / (total - marked - drawn + j + 1));
    sum += term;
  }
  return sum;
}

function downwards(k: number, urn: Urn): number {
  const { total, marked, drawn } = urn;
  let term = chance(k, urn);
  let sum = term;
  for (let j = k; j > Math.max(0, drawn - (total - marked)) && term > sum * NEGLIGIBLE; j--) {
    term *= (j / (marked - j + 1)) * ((total - marked - drawn + j) / (drawn - j + 1));
    sum += term;
  }
  return sum;
}

function chance(k: number, { total, marked, drawn }: Urn): number {
  return Math.exp(lnChoose(marked, k) + lnChoose(total - marked, drawn - k) - lnChoose(total, drawn));
}

function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
