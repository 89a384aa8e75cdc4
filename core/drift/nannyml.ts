/**
 * NannyML's univariate distances in bins (drift/univariate/methods.py): numbers in Doane bins of the reference with one bin for what lies
 * outside; categories that the reference lacks are pooled. Its thresholds come from chunks of the reference; here a number is given.
 */

import { doaneEdges, histogram } from './histogram.ts';
import { jensenShannonDivergence } from './jensen-shannon.ts';
import { type CountPair, type DriftMeasure, distance, type SamplePair, sharesOf, sum } from './measure.ts';

type Counts = Pick<CountPair, 'reference' | 'current'>;

/** Jensen-Shannon distance: the root of the divergence in bits, at most 1. */
export const nannymlJensenShannon = measure(
  "NannyML's Jensen-Shannon distance, base 2",
  ({ reference, current }) =>
    Math.sqrt(jensenShannonDivergence(sharesOf(reference), sharesOf(current)) / Math.LN2),
);

/** Half the squared distance of the shares' roots, under a root. */
export const nannymlHellinger = measure("NannyML's Hellinger distance", ({ reference, current }) => {
  const q = sharesOf(current);
  const squares = sharesOf(reference).map((p, bin) => (Math.sqrt(p) - Math.sqrt(q[bin] ?? 0)) ** 2);
  return Math.sqrt(sum(squares) / 2);
});

function measure(variant: string, ofCounts: (counts: Counts) => number): DriftMeasure {
  return {
    variant,
    drift: { of: 'statistic', when: '>' },
    threshold: 0.1,
    samples: (pair) => distance(ofCounts(binned(pair))),
    counts: (pair) => distance(ofCounts(pooled(pair))),
  };
}

function binned({ reference, current }: SamplePair): Counts {
  const edges = doaneEdges(reference);
  const inside = histogram(current, edges);
  const outside = current.total - sum(inside);
  const own = histogram(reference, edges);
  return outside > 0
    ? { reference: [...own, 0], current: [...inside, outside] }
    : { reference: own, current: inside };
}

function pooled({ reference, current }: CountPair): Counts {
  const known = reference.flatMap((count, key) => (count > 0 ? [{ count, now: current[key] ?? 0 }] : []));
  const unseen = sum(current) - sum(known.map(({ now }) => now));
  return {
    reference: [...known.map(({ count }) => count), 0],
    current: [...known.map(({ now }) => now), unseen],
  };
}
