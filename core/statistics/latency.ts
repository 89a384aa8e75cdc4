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

/** Values in the order of measurement and in ascending order, with the place in the former of each of the latter. */
interface Ranked {
  readonly values: readonly number[];
  readonly sorted: Float64Array;
  readonly places: Uint32Array;
}

/** A resample: where its blocks start. */
interface Drawn {
  readonly starts: Uint32Array;
  readonly block: number;
  /** How many blocks start before each place, one entry more than places. */
  readonly before: Uint32Array;
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
  const drawn: Drawn = {
    starts: new Uint32Array(Math.ceil(length / block)),
    block,
    before: new Uint32Array(length + 1),
  };
  const replicates = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    drawBlocks(drawn, random);
    replicates[replicate] = combine(measures.map((measure) => measure(drawn)));
  }
  const interval = percentileInterval(replicates);
  return interval && { point: combine(points), ...interval, ...rangeOf(replicates) };
}

function quotientOf([over = Number.NaN, under = Number.NaN]: readonly number[]): number {
  return over / under;
}

function rank(values: readonly number[]): Ranked {
  const places = Uint32Array.from(values, (_, place) => place);
  places.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return { values, sorted: Float64Array.from(places, (place) => values[place] ?? 0), places };
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
  return Math.ceil(Math.max(...influences.map(blockLength)) / atOnce) * atOnce;
}

/** Draws whole blocks of neighbours, which wrap at the end, at least as many values as the series has. */
function drawBlocks({ starts, before }: Drawn, random: Random): void {
  const length = before.length - 1;
  before.fill(0);
  for (let index = 0; index < starts.length; index++) {
    const start = pick(random, length);
    starts[index] = start;
    before[start + 1] = (before[start + 1] ?? 0) + 1;
  }
  for (let place = 1; place <= length; place++) {
    before[place] = (before[place] ?? 0) + (before[place - 1] ?? 0);
  }
}

/** How often the value at a place was drawn: by the blocks that start at most their length before it. */
function timesDrawn({ before, block, starts }: Drawn, place: number): number {
  const from = place + 1 - block;
  const upTo = before[place + 1] ?? 0;
  if (from >= 0) return upTo - (before[from] ?? 0);
  return upTo + starts.length - (before[before.length - 1 + from] ?? 0);
}

/** The type 7 quantile. High percentiles are found within a few steps from the largest value down, low ones from below. */
function quantileStatistic(share: number): Statistic {
  return {
    point: ({ sorted }) => quantileOfSorted(sorted, share),
    on: (ranked) => (share < 0.5 ? fromBelow(ranked, share) : fromAbove(ranked, share)),
    influence: ({ values }, point) => Float64Array.from(values, (value) => (value > point ? 1 : 0)),
  };
}

function fromBelow({ sorted, places }: Ranked, share: number) {
  return (drawn: Drawn): number => {
    const place = share * (drawn.starts.length * drawn.block - 1);
    const below = Math.floor(place);
    let low = Number.NaN;
    let seen = 0;
    for (let index = 0; index < sorted.length; index++) {
      seen += timesDrawn(drawn, places[index] ?? 0);
      const value = sorted[index] ?? Number.NaN;
      if (Number.isNaN(low) && seen > below) low = value;
      if (seen > below + 1) return low + (place - below) * (value - low);
    }
    return low;
  };
}

function fromAbove({ sorted, places }: Ranked, share: number) {
  return (drawn: Drawn): number => {
    const total = drawn.starts.length * drawn.block;
    const place = share * (total - 1);
    const below = Math.floor(place);
    const above = total - 1 - below;
    let high = Number.NaN;
    let seen = 0;
    for (let index = sorted.length - 1; index >= 0; index--) {
      seen += timesDrawn(drawn, places[index] ?? 0);
      const value = sorted[index] ?? Number.NaN;
      if (Number.isNaN(high) && seen > 0 && seen >= above) high = value;
      if (seen > above) return value + (place - below) * (high - value);
    }
    return Number.NaN;
  };
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
