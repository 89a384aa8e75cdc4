/**
 * The exact interval of a share (Clopper and Pearson 1934): the shares at which as many hits as were seen, or as few, would still have
 * the chance α/2.
 *
 *     low = Beta⁻¹(α/2; hits, trials − hits + 1),   high = Beta⁻¹(1 − α/2; hits + 1, trials − hits)
 *
 * Never too narrow, also for few hits, which is where limits near zero decide.
 */

import { lnUpperTail } from '../rollout/beta.ts';
import type { Interval } from './interval.ts';

/** Halvings until the interval is exact to double precision. */
const HALVINGS = 60;

/** `hits` of `trials`, whole or not; a share of no trials may be anything. */
export function shareInterval(hits: number, trials: number, alpha = 0.05): Interval {
  const misses = trials - hits;
  const low = hits > 0 ? betaQuantile(alpha / 2, hits, misses + 1) : 0;
  const high = misses > 0 ? betaQuantile(1 - alpha / 2, hits + 1, misses) : 1;
  return { low, high };
}

/** Where the share `p` of a Beta(a, b) distribution lies below. */
function betaQuantile(p: number, a: number, b: number): number {
  const wanted = Math.log1p(-p);
  let [low, high] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (lnUpperTail(middle, a, b) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
