/** TensorFlow Data Validation's distances of value counts (anomalies/metrics.cc). Its thresholds stand in the schema; here a number is given. */

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
export const tfdvJensenShannon = measure(
  "TFDV's Jensen-Shannon divergence, base 2",
  ({ reference, current }) =>
    Math.min(1, jensenShannonDivergence(sharesOf(reference), sharesOf(current)) / Math.LN2),
);

/** Differences of the counts as they are, over the rows of both sides. */
export const tfdvAbsoluteDifference = measure(
  "TFDV's normalized absolute difference",
  ({ reference, current }) => {
    const differences = reference.map((count, key) => Math.abs(count - (current[key] ?? 0)));
    return sum(differences) / (sum(reference) + sum(current));
  },
);

function measure(variant: string, of: (pair: CountPair) => number): DriftMeasure {
  return {
    variant,
    drift: { of: 'statistic', when: '>' },
    threshold: 0.1,
    counts: (pair) => distance(of(pair)),
  };
}
