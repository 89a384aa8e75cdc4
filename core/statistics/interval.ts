/**
 * 95 % bootstrap intervals by BCa (Efron 1987): percentiles of the replicates, moved for the median bias of the
 * replicates (z₀) and for the statistic's skew (a, from a jackknife).
 *
 *     endpoint(z) = quantile( Φ( z₀ + (z₀ + z) / (1 − a·(z₀ + z)) ) ),   z = ±1.96
 *
 * Chosen over plain percentiles because AUC, F1 and gaps between groups are skewed near their bounds, where gates decide,
 * and over normal intervals because BCa never leaves the range of the metric.
 */

import { normalBelow, normalQuantile } from './normal.ts';
import { quantileOfSorted } from './quantile.ts';

const CONFIDENCE = 0.95;

/** Standard errors on each side of a 95 % interval. */
export const Z_95 = 1.959963984540054;

/** More replicates undefined than this, and an interval would describe only the lucky ones. */
const MOST_UNDEFINED = 0.05;

/** A stronger correction says that the replicates tell little of the estimate; it is not followed further. */
const LARGEST_BIAS = 1;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Resampled {
  readonly point: number;
  /** The statistic on each resample; NaN where it is undefined. */
  readonly replicates: Float64Array;
  /** The statistic with one block of rows left out each; NaN where undefined. Empty: no skew is assumed. */
  readonly jackknife: Float64Array;
}

/** The BCa interval, or undefined when too many resamples have no value. */
export function bcaInterval({ point, replicates, jackknife }: Resampled): Interval | undefined {
  const sorted = definedSorted(replicates);
  if (sorted.length < replicates.length * (1 - MOST_UNDEFINED)) return undefined;

  const bias = biasOf(point, sorted);
  const skew = accelerationOf(jackknife);
  return { low: endpoint(-Z_95), high: endpoint(Z_95) };

  function endpoint(z: number): number {
    const moved = bias + (bias + z) / Math.max(0.1, 1 - skew * (bias + z));
    return quantileOfSorted(sorted, normalBelow(moved));
  }
}

/** The plain percentile interval, or undefined when too many resamples have no value. */
export function percentileInterval(replicates: Float64Array): Interval | undefined {
  const sorted = definedSorted(replicates);
  if (sorted.length < replicates.length * (1 - MOST_UNDEFINED)) return undefined;
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

function definedSorted(replicates: Float64Array): Float64Array {
  return replicates.filter((value) => !Number.isNaN(value)).sort();
}

/** z₀: how far the estimate lies from the median of its replicates; equal replicates count half. */
function biasOf(point: number, sorted: Float64Array): number {
  let below = 0;
  for (const value of sorted) {
    if (value < point) below++;
    else if (value === point) below += 0.5;
  }
  const share = below / sorted.length;
  if (share <= 0) return -LARGEST_BIAS;
  if (share >= 1) return LARGEST_BIAS;
  return Math.min(LARGEST_BIAS, Math.max(-LARGEST_BIAS, normalQuantile(share)));
}

/** a = Σd³ / 6(Σd²)^1.5 with d the jackknife's deviations from their mean, sign turned. Blocks estimate the same a as single rows. */
function accelerationOf(jackknife: Float64Array): number {
  const values = jackknife.filter((value) => !Number.isNaN(value));
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    const deviation = mean - value;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
