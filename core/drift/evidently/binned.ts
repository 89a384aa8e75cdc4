/**
 * Evidently's `get_binned_data`: Sturges bins of both sides together when the reference has more than 20 distinct values, else
 * one bin per value; and its `feel_zeroes` (Evidently 0.7, legacy/calculations/stattests/utils.py).
 */

import { distinctValues, histogram, sturgesEdges } from '../histogram.ts';
import {
  BY_DISTANCE,
  type CountPair,
  type DriftMeasure,
  distance,
  type Sample,
  type SamplePair,
  sharesOf,
} from '../measure.ts';

/** Shares of the bins, reference first. */
type OfShares = (reference: readonly number[], current: readonly number[]) => number;

const MAX_SINGLE_VALUES = 20;
const SMALL_SHARE = 1e-4;

/** A distance between shares of bins, as Evidently bins. */
export function binnedDistance(variant: string, ofShares: OfShares): DriftMeasure {
  const score = (reference: readonly number[], current: readonly number[]) =>
    distance(ofShares(sharesOf(reference), sharesOf(current)));
  return {
    variant,
    drift: BY_DISTANCE,
    threshold: 0.1,
    samples: (pair) => {
      const counts = binned(pair);
      return score(counts.reference, counts.current);
    },
    counts: ({ reference, current }) => score(reference, current),
  };
}

/** Empty bins get a small share; the others keep theirs. */
export function withoutZeros(shares: readonly number[]): number[] {
  const smallest = Math.min(...shares.filter((share) => share !== 0));
  const fill = smallest <= SMALL_SHARE ? smallest / 1e6 : SMALL_SHARE;
  return shares.map((share) => (share === 0 ? fill : share));
}

function binned(pair: SamplePair): Pick<CountPair, 'reference' | 'current'> {
  const { reference, current, whole } = pair;
  if (reference.values.length <= MAX_SINGLE_VALUES) return byValue(pair);

  const low = Math.min(reference.values[0] ?? 0, current.values[0] ?? 0);
  const high = Math.max(reference.values.at(-1) ?? 0, current.values.at(-1) ?? 0);
  const edges = sturgesEdges({ low, high, size: reference.total + current.total, whole });
  return { reference: histogram(reference, edges), current: histogram(current, edges) };
}

/** A numeric column as categories: one per value. */
function byValue(pair: SamplePair): CountPair {
  const values = distinctValues(pair);
  const countsOf = ({ values: own, counts }: Sample) => {
    const known = new Map(own.map((value, index) => [value, counts[index] ?? 0]));
    return values.map((value) => known.get(value) ?? 0);
  };
  return { keys: values.map(String), reference: countsOf(pair.reference), current: countsOf(pair.current) };
}
