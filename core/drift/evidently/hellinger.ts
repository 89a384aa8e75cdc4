/** Hellinger distance √(1 − Σ√(p·q)); numbers in Sturges bins of the *distinct* values of both sides. */

import { distinctValues, histogram, sturgesEdges } from '../histogram.ts';
import { BY_DISTANCE, type DriftMeasure, distance, sharesOf } from '../measure.ts';

export const hellinger: DriftMeasure = {
  variant: "Evidently's Hellinger distance: Sturges bins of the distinct values",
  drift: BY_DISTANCE,
  threshold: 0.1,
  samples(pair) {
    const values = distinctValues(pair);
    const [low = 0, high = low] = [values[0], values.at(-1)];
    const edges = sturgesEdges({ low, high, size: values.length, whole: pair.whole });
    return distance(hellingerOf(histogram(pair.reference, edges), histogram(pair.current, edges)));
  },
  counts: ({ reference, current }) => distance(hellingerOf(reference, current)),
};

/** Hellinger distance of two lists of counts. */
function hellingerOf(reference: readonly number[], current: readonly number[]): number {
  const q = sharesOf(current);
  const overlap = sharesOf(reference).reduce((total, p, bin) => total + Math.sqrt(p * (q[bin] ?? 0)), 0);
  return Math.sqrt(1 - Math.min(1, overlap));
}
