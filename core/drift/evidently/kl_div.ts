/** Kullback-Leibler divergence of the reference from the current data, natural logarithm, shares made to sum to 1 again. */

import { sharesOf } from '../measure.ts';
import { binnedDistance, withoutZeros } from './binned.ts';

export const kl_div = binnedDistance(
  "Evidently's KL divergence, reference from current",
  (reference, current) => {
    const q = sharesOf(withoutZeros(current));
    return sharesOf(withoutZeros(reference)).reduce(
      (total, p, bin) => total + p * Math.log(p / (q[bin] ?? 0)),
      0,
    );
  },
);
