/**
 * Percentiles of latencies, with intervals that respect that neighbours resemble each other (garbage collection, a busy
 * neighbour): a circular moving-block bootstrap (Politis and Romano 1992) over the pairs in order of measurement.
 * BCa is not used here: the jackknife is inconsistent for quantiles.
 */

import { pick } from '../chance.ts';
import type { Random } from '../ports/random.ts';
import { REPLICATES } from './bootstrap.ts';
import { type Interval, percentileInterval } from './interval.ts';

/** A quantile of one series, or of the quotient of two measured in pairs. */
export interface QuantileEstimate extends Interval {
  readonly point: number;
}

/** The `share`-quantile of `series`. Undefined for an empty series. */
export function quantileWithInterval(
  series: readonly number[],
  share: number,
  random: Random,
): QuantileEstimate | undefined {
  return resampled([series], random, ([only]) => quantileOf(only, share));
}

/** The quotient of the `share`-quantiles of two series of equal length, index by index measured together. */
export function quantileRatioWithInterval(
  { over, under }: { readonly over: readonly number[]; readonly under: readonly number[] },
  share: number,
  random: Random,
): QuantileEstimate | undefined {
  return resampled([over, under], random, ([a, b]) => quantileOf(a, share) / quantileOf(b, share));
}

/** Values in ascending order, each with how often it was drawn. */
interface Drawn {
  readonly sorted: Float64Array;
  readonly places: Uint32Array;
  readonly counts: Uint32Array;
}

function resampled(
  series: readonly (readonly number[])[],
  random: Random,
  statistic: (drawn: readonly Drawn[]) => number,
): QuantileEstimate | undefined {
  const length = series[0]?.length ?? 0;
  if (length === 0) return undefined;

  const counts = new Uint32Array(length).fill(1);
  const drawn = series.map((values) => presort(values, counts));
  const point = statistic(drawn);
  const replicates = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    drawBlocks(counts, random);
    replicates[replicate] = statistic(drawn);
  }
  const interval = percentileInterval(replicates);
  return interval && { point, ...interval };
}

function presort(values: readonly number[], counts: Uint32Array): Drawn {
  const places = Uint32Array.from(values, (_, place) => place);
  places.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return { sorted: Float64Array.from(places, (place) => values[place] ?? 0), places, counts };
}

/** Fills the counts with whole blocks of neighbours, wrapping at the end. */
function drawBlocks(counts: Uint32Array, random: Random): void {
  const length = counts.length;
  const block = Math.max(1, Math.round(length ** (1 / 3)));
  counts.fill(0);
  for (let filled = 0; filled < length; filled += block) {
    const start = pick(random, length);
    for (let step = 0; step < Math.min(block, length - filled); step++) {
      const place = (start + step) % length;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
}

/** The type 7 quantile of the drawn values. */
function quantileOf(drawn: Drawn | undefined, share: number): number {
  if (!drawn) return Number.NaN;
  const { sorted, places, counts } = drawn;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  let low = Number.NaN;
  let seen = 0;
  for (let index = 0; index < sorted.length; index++) {
    seen += counts[places[index] ?? 0] ?? 0;
    const value = sorted[index] ?? Number.NaN;
    if (Number.isNaN(low) && seen > below) low = value;
    if (seen > below + 1) return low + (place - below) * (value - low);
  }
  return low;
}
