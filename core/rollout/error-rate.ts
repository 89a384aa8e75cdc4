/**
 * Is the canary's rate of bad outcomes higher than the champion's? A test that may be looked at after every event.
 *
 * Given that a bad outcome happened, it is the canary's with probability θ₀ = w(1+m) / (w(1+m) + 1 − w) when the canary, with
 * traffic share w, is worse by exactly the tolerance m. With S of n bad outcomes on the canary and a Beta(kw, k(1−w)) prior cut to
 * (θ₀, 1), the mixture likelihood ratio
 *
 *     ln E = lnB(a+S, b+n−S) + ln(1−I_θ₀(a+S, b+n−S)) − lnB(a, b) − ln(1−I_θ₀(a, b)) − S ln θ₀ − (n−S) ln(1−θ₀)
 *
 * is an e-process for "not worse than the tolerance": the chance that E ever reaches 1/α is at most α, however often one
 * looks (Ville's inequality). E-values of steps with different weights multiply. Compare arXiv 2011.03567 for the two-sided form.
 */

import { lnBeta, lnUpperTail } from './beta.ts';

/** Strength of the prior, in events: about 10 catches large breakages fast; larger ones wait for more data. */
const PRIOR_EVENTS = 10;

export interface ErrorSplit {
  /** Bad outcomes on the canary. */
  readonly canary: number;
  /** Bad outcomes on both arms together. */
  readonly total: number;
  /** Canary's share of the randomised units, 0 to 1, both excluded. */
  readonly share: number;
  /** How much higher than the champion's the canary's rate may be; 0.1 is 10 % higher. Default 0. */
  readonly tolerance?: number;
  /** `k` of the prior. */
  readonly priorEvents?: number;
}

/** ln E against "the canary is no worse than the tolerance". 0 without events; reject when it reaches ln(1/α). */
export function lnEvidenceWorse(split: ErrorSplit): number {
  const { canary, total, share, tolerance = 0, priorEvents = PRIOR_EVENTS } = split;
  if (total === 0) return 0;
  const odds = share * (1 + tolerance);
  const nullShare = odds / (odds + 1 - share);
  const a = priorEvents * share;
  const b = priorEvents * (1 - share);

  const posterior =
    lnBeta(a + canary, b + total - canary) + lnUpperTail(nullShare, a + canary, b + total - canary);
  const prior = lnBeta(a, b) + lnUpperTail(nullShare, a, b);
  return posterior - prior - canary * Math.log(nullShare) - (total - canary) * Math.log1p(-nullShare);
}

/** ln E against "the rates are equal", in both directions; the tolerance has no meaning here. */
export function lnEvidenceDifferent({
  canary,
  total,
  share,
  priorEvents = PRIOR_EVENTS,
}: ErrorSplit): number {
  const a = priorEvents * share;
  const b = priorEvents * (1 - share);
  return (
    lnBeta(a + canary, b + total - canary) -
    lnBeta(a, b) -
    canary * Math.log(share) -
    (total - canary) * Math.log1p(-share)
  );
}

export interface RateRatio {
  readonly low: number;
  /** Undefined: the data set no upper limit. */
  readonly high: number | undefined;
}

/**
 * A confidence sequence for canary rate ÷ champion rate: all ratios whose θ has
 * S ln θ + (n−S) ln(1−θ) ≥ ln α + lnB(a+S, b+n−S) − lnB(a, b). It covers the truth at all looks together with chance 1 − α.
 */
export function rateRatioInterval(split: ErrorSplit & { readonly alpha: number }): RateRatio {
  const { canary, total, share, alpha, priorEvents = PRIOR_EVENTS } = split;
  const a = priorEvents * share;
  const b = priorEvents * (1 - share);
  const level = Math.log(alpha) + lnBeta(a + canary, b + total - canary) - lnBeta(a, b);
  const inside = (theta: number) => logLikelihood(canary, total, theta) >= level;
  const ratio = (theta: number) => (theta / (1 - theta)) * ((1 - share) / share);

  const mode = canary / total;
  const low = canary === 0 ? 0 : ratio(boundary(mode, 0, inside));
  const high = canary === total ? undefined : ratio(boundary(mode, 1, inside));
  return { low, high };
}

function logLikelihood(canary: number, total: number, theta: number): number {
  const ofCanary = canary === 0 ? 0 : canary * Math.log(theta);
  const ofChampion = canary === total ? 0 : (total - canary) * Math.log1p(-theta);
  return ofCanary + ofChampion;
}

/** Bisection between a point inside and one outside. */
function boundary(inner: number, outer: number, inside: (theta: number) => boolean): number {
  let [near, far] = [inner, outer];
  for (let i = 0; i < 60; i++) {
    const middle = (near + far) / 2;
    if (inside(middle)) near = middle;
    else far = middle;
  }
  return near;
}
