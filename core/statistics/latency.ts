/**
 * Percentiles and means of latencies, with intervals that respect that neighbours resemble each other (garbage collection, a
 * busy neighbour): a circular block bootstrap (Politis and Romano 1992) over the requests in order of measurement, its blocks
 * as long as the data need (block-length.ts); for a percentile by the series of whether it was exceeded, which is what its
 * error comes from. BCa is not used here: the jackknife is inconsistent for quantiles.
 */

import { pick } from '../chance.ts';
import type { Random } from '../ports/random.ts';
import { blockLength } from './block-length.ts';
import { REPLICATES } from './bootstrap.ts';
import { type Interval, percentileInterval } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';

/** Of how many times the values beyond a percentile a resample's own percentile is sought among; beyond it has none. */
const REACH = 2.5;

/** Blocks have n^⅓ values at least: correlation too weak to show in this series is respected too. */
const FEWEST_EXPONENT = 1 / 3;

/** A percentile or mean of one series, or the quotient of those of two series measured in turns. */
export interface SeriesEstimate extends Interval {
  readonly point: number;
  /** The least and the most of all replicates: about a 99.8 % interval. */
  readonly least: number;
  readonly most: number;
}

export interface SeriesOptions {
  readonly random: Random;
  /** Requests that were measured together and are drawn together; default 1. */
  readonly atOnce?: number;
}

/** Two series of equal length, index by index measured in the same round. */
interface Quotient {
  readonly over: readonly number[];
  readonly under: readonly number[];
}

/** The `share`-quantile of `series`. Undefined for an empty series. */
export function quantileWithInterval(
  series: readonly number[],
  share: number,
  options: SeriesOptions,
): SeriesEstimate | undefined {
  return resampled([series], quantileStatistic(share), ([only]) => only ?? Number.NaN, options);
}

/** The quotient of the `share`-quantiles of two series. Undefined for empty series. */
export function quantileRatioWithInterval(
  { over, under }: Quotient,
  share: number,
  options: SeriesOptions,
): SeriesEstimate | undefined {
  return resampled([over, under], quantileStatistic(share), quotientOf, options);
}

/** The mean of `series`. Undefined for an empty series. */
export function meanWithInterval(
  series: readonly number[],
  options: SeriesOptions,
): SeriesEstimate | undefined {
  return resampled([series], MEAN, ([only]) => only ?? Number.NaN, options);
}

/** The quotient of the means of two series. Undefined for empty series. */
export function meanRatioWithInterval(
  { over, under }: Quotient,
  options: SeriesOptions,
): SeriesEstimate | undefined {
  return resampled([over, under], MEAN, quotientOf, options);
}

/** Values in the order of measurement and in ascending order. */
interface Ranked {
  readonly values: readonly number[];
  readonly sorted: Float64Array;
}

/** A resample: where its blocks start. */
interface Drawn {
  readonly starts: Uint32Array;
  readonly block: number;
}

interface Statistic {
  /** On the series itself. */
  point(ranked: Ranked): number;
  /** On resamples. */
  on(ranked: Ranked, block: number): (drawn: Drawn) => number;
  /** What each value adds to the statistic's error, up to a factor; by it blocks are measured. */
  influence(ranked: Ranked, point: number): Float64Array;
}

function resampled(
  series: readonly (readonly number[])[],
  statistic: Statistic,
  combine: (values: readonly number[]) => number,
  { random, atOnce = 1 }: SeriesOptions,
): SeriesEstimate | undefined {
  const length = series[0]?.length ?? 0;
  if (length === 0) return undefined;

  const ranked = series.map(rank);
  const points = ranked.map((one) => statistic.point(one));
  const block = Math.min(length, blockOf(ranked, points, statistic, atOnce));
  const measures = ranked.map((one) => statistic.on(one, block));
  const drawn: Drawn = { starts: new Uint32Array(Math.ceil(length / block)), block };
  const replicates = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    // Whole blocks of neighbours, which wrap at the end, at least as many values as the series has.
    for (let index = 0; index < drawn.starts.length; index++) drawn.starts[index] = pick(random, length);
    replicates[replicate] = combine(measures.map((measure) => measure(drawn)));
  }
  const interval = percentileInterval(replicates);
  return interval && { point: combine(points), ...interval, ...rangeOf(replicates) };
}

function quotientOf([over = Number.NaN, under = Number.NaN]: readonly number[]): number {
  return over / under;
}

function rank(values: readonly number[]): Ranked {
  return { values, sorted: Float64Array.from(values).sort() };
}

/** The longest block that one of the series needs, or the difference of two; a whole number of what was measured together. */
function blockOf(
  ranked: readonly Ranked[],
  points: readonly number[],
  statistic: Statistic,
  atOnce: number,
): number {
  const influences = ranked.map((one, index) => statistic.influence(one, points[index] ?? Number.NaN));
  const [first, second] = influences;
  if (first && second) influences.push(first.map((value, place) => value - (second[place] ?? 0)));
  const fewest = Math.round((ranked[0]?.values.length ?? 0) ** FEWEST_EXPONENT);
  return Math.ceil(Math.max(fewest, ...influences.map(blockLength)) / atOnce) * atOnce;
}

/** The type 7 quantile. High percentiles need to look at the largest values only. */
function quantileStatistic(share: number): Statistic {
  return {
    point: ({ sorted }) => quantileOfSorted(sorted, share),
    on: (ranked, block) => quantileOn(ranked, share, block),
    influence: ({ values }, point) => Float64Array.from(values, (value) => (value > point ? 1 : 0)),
  };
}

/** Counted from the largest value down: of the values that a resample can reach by then, how often each was drawn. */
function quantileOn({ values, sorted }: Ranked, share: number, block: number) {
  const length = sorted.length;
  const reach = Math.min(length, Math.ceil(REACH * length * (1 - share)) + 5 * block);
  const largest = placesFrom(values, sorted[length - reach] ?? 0);
  const descending = Float64Array.from(largest, (place) => values[place] ?? 0);
  const { offsets, ranks } = ranksInBlocks(largest, length, block);
  const counts = new Uint32Array(largest.length);
  return ({ starts }: Drawn): number => {
    counts.fill(0);
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index] ?? 0;
      const end = offsets[start + 1] ?? 0;
      for (let at = offsets[start] ?? 0; at < end; at++) {
        const place = ranks[at] ?? 0;
        counts[place] = (counts[place] ?? 0) + 1;
      }
    }
    return quantileOfCounts(descending, counts, { share, total: starts.length * block });
  };
}

/** Places of the values from `least` on, largest first. */
function placesFrom(values: readonly number[], least: number): Uint32Array {
  const places: number[] = [];
  for (let place = 0; place < values.length; place++) if ((values[place] ?? 0) >= least) places.push(place);
  return Uint32Array.from(places.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)));
}

/** For the block that starts at each place: which of the largest values, by rank, it holds. */
function ranksInBlocks(largest: Uint32Array, length: number, block: number) {
  const offsets = new Uint32Array(length + 1);
  for (const place of largest) {
    for (let back = 0; back < block; back++) {
      const start = (place - back + length) % length;
      offsets[start + 1] = (offsets[start + 1] ?? 0) + 1;
    }
  }
  for (let start = 0; start < length; start++) {
    offsets[start + 1] = (offsets[start + 1] ?? 0) + (offsets[start] ?? 0);
  }
  const next = offsets.slice();
  const ranks = new Uint32Array(largest.length * block);
  for (const [rank, place] of largest.entries()) {
    for (let back = 0; back < block; back++) {
      const start = (place - back + length) % length;
      ranks[next[start] ?? 0] = rank;
      next[start] = (next[start] ?? 0) + 1;
    }
  }
  return { offsets, ranks };
}

function quantileOfCounts(
  descending: Float64Array,
  counts: Uint32Array,
  { share, total }: { readonly share: number; readonly total: number },
): number {
  const place = share * (total - 1);
  const below = Math.floor(place);
  const above = total - 1 - below;
  let high = Number.NaN;
  let seen = 0;
  for (let rank = 0; rank < counts.length; rank++) {
    seen += counts[rank] ?? 0;
    const value = descending[rank] ?? Number.NaN;
    if (Number.isNaN(high) && seen > 0 && seen >= above) high = value;
    if (seen > above) return value + (place - below) * (high - value);
  }
  return Number.NaN;
}

const MEAN: Statistic = {
  point: ({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length,
  on: ({ values }, block) => {
    const sums = blockSums(values, block);
    return ({ starts }) => {
      let sum = 0;
      for (const start of starts) sum += sums[start] ?? 0;
      return sum / (starts.length * block);
    };
  },
  influence: ({ values }, point) => Float64Array.from(values, (value) => value / point),
};

/** The sum of the block that starts at each place. */
function blockSums(values: readonly number[], block: number): Float64Array {
  const length = values.length;
  const sums = new Float64Array(length);
  let sum = 0;
  for (let place = 0; place < block; place++) sum += values[place] ?? 0;
  for (let start = 0; start < length; start++) {
    sums[start] = sum;
    sum += (values[(start + block) % length] ?? 0) - (values[start] ?? 0);
  }
  return sums;
}

function rangeOf(replicates: Float64Array): { readonly least: number; readonly most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of replicates) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
