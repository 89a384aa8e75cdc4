/** Wasserstein distance in standard deviations of the reference (divisor n), which counts as at least 0.001. */

import { wassersteinDistance } from '../cumulative.ts';
import { BY_DISTANCE, type DriftMeasure, distance } from '../measure.ts';
import { squaresOf } from '../moments.ts';

const SMALLEST_DEVIATION = 0.001;

export const wasserstein: DriftMeasure = {
  variant: "Evidently's Wasserstein distance in standard deviations of the reference",
  drift: BY_DISTANCE,
  threshold: 0.1,
  samples(pair) {
    const deviation = Math.sqrt(squaresOf(pair.reference) / pair.reference.total);
    return distance(wassersteinDistance(pair) / Math.max(deviation, SMALLEST_DEVIATION));
  },
};
