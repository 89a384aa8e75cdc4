/** How many of some runs a stated rate explains. */

import { lnGamma } from '#core/rollout/beta.ts';

/** The smallest k with P(X ≤ k) ≥ 0.99 for X binomial: more alarms say that the rate is higher than stated. */
export function mostAlarms(runs: number, rate: number): number {
  let below = 0;
  for (let k = 0; k <= runs; k++) {
    below += Math.exp(
      lnGamma(runs + 1) -
        lnGamma(k + 1) -
        lnGamma(runs - k + 1) +
        k * Math.log(rate) +
        (runs - k) * Math.log1p(-rate),
    );
    if (below >= 0.99) return k;
  }
  return runs;
}
