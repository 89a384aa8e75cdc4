/** Population stability index in Evidently's bins: Σ (r − c) · ln(r / c), empty bins filled. */

import { binnedDistance, withoutZeros } from './binned.ts';

export const psi = binnedDistance("Evidently's PSI: Sturges bins of both sides", (reference, current) => {
  const filled = withoutZeros(current);
  return withoutZeros(reference).reduce((total, r, bin) => {
    const c = filled[bin] ?? 0;
    return total + (r - c) * Math.log(r / c);
  }, 0);
});
