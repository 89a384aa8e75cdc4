/**
 * TensorFlow Data Validation's distances (anomalies/metrics.cc): of value counts, and of numbers in its STANDARD histograms, which are
 * aligned first. TFDV fills these from a sketch; here rows are counted. Its thresholds stand in the schema; here a number is given.
 */

import { alignedShares, type Bucket, standardBuckets } from './aligned-histograms.ts';
import { jensenShannonDivergence } from './jensen-shannon.ts';
import { type CountPair, type DriftMeasure, distance, sharesOf, sum } from './measure.ts';

/** The largest difference of two shares. */
export const tfdvLInfinity = measure(
  "TFDV's (and NannyML's) L-infinity distance",
  ({ reference, current }) => {
    const q = sharesOf(current);
    return sharesOf(reference).reduce((largest, p, key) => Math.max(largest, Math.abs(p - (q[key] ?? 0))), 0);
  },
);

/** Jensen-Shannon divergence in bits, without the root. */
export const tfdvJensenShannon: DriftMeasure = {
  ...measure("TFDV's Jensen-Shannon divergence, base 2", ({ reference, current }) =>
    divergence(sharesOf(reference), sharesOf(current)),
  ),
  samples({ reference, current }) {
    return distance(tfdvDivergence(standardBuckets(reference), standardBuckets(current)));
  },
};

/** The divergence of two histograms, whatever their bounds. */
export function tfdvDivergence(reference: readonly Bucket[], current: readonly Bucket[]): number {
  const shares = alignedShares(reference, current);
  return divergence(shares.reference, shares.current);
}

/** The largest difference of the counts as they are, over the rows of both sides. */
export const tfdvAbsoluteDifference = measure(
  "TFDV's normalized absolute difference",
  ({ reference, current }) => {
    const largest = reference.reduce(
      (most, count, key) => Math.max(most, Math.abs(count - (current[key] ?? 0))),
      0,
    );
    return largest / (sum(reference) + sum(current));
  },
);

function divergence(reference: readonly number[], current: readonly number[]): number {
  return Math.min(1, jensenShannonDivergence(reference, current) / Math.LN2);
}

function measure(variant: string, of: (pair: CountPair) => number): DriftMeasure {
  return {
    variant,
    drift: { of: 'statistic', when: '>' },
    threshold: 0.1,
    counts: (pair) => distance(of(pair)),
  };
}
