/**
 * Intervals of fairness metrics. The bootstrap distribution of a largest gap is biased upwards (noise alone opens gaps
 * between many groups), so its percentiles fail honest models. The gap is taken apart into its pairs of groups instead:
 *
 *     high = max over pairs (dᵢⱼ + 1.96·seᵢⱼ)     no pair's own interval reaches further
 *     low  = max over pairs (dᵢⱼ − q·seᵢⱼ)        q: 97.5 % quantile of the largest of all pairs' noise together
 *
 * so that each end errs in at most 2.5 % of samples, however many groups there are. d is a difference of rates (for ratios
 * of their logarithms), with one row added to each side (Agresti and Caffo 2000) so that a rate of 0 still has an error.
 * q comes from a multinomial bootstrap of the confusion counts, which are sufficient: its cost does not grow with the rows.
 */

import type { Confusion } from '../evidence/groups.ts';
import { isDefined, type MetricValue } from '../metrics/metric.ts';
import type { Random } from '../ports/random.ts';
import { drawMultinomial } from '../statistics/binomial.ts';
import { type Interval, Z_95 } from '../statistics/interval.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from './metric.ts';
import { type RateName, rateRows, selectedRows } from './rates.ts';

const REPLICATES = 2000;

/** Pairs times replicates at most, so that hundreds of groups take seconds. */
const WORK = 20_000_000;

export interface FairnessEstimate {
  readonly point: MetricValue;
  /** The 95 % interval; absent where the point is undefined. */
  readonly interval?: Interval;
}

/** The metric over these groups with its 95 % interval. Counts must be whole numbers of rows. */
export function estimateFairness(
  metric: FairnessMetric,
  groups: readonly NamedGroup[],
  random: Random,
): FairnessEstimate {
  const point = measureFairness(metric, groups);
  if (!isDefined(point)) return { point };

  const counts = groups.map((group) => group.counts);
  const gap = gapInterval(metric, counts, random);
  const { low, high } =
    metric.kind === 'difference' ? gap : { low: Math.exp(-gap.high), high: Math.exp(-gap.low) };
  return {
    point,
    interval: {
      low: Math.max(0, Math.min(low, point)),
      high: Math.min(1, Math.max(high, point)),
    },
  };
}

/** Interval of the largest pairwise gap, on the metric's scale. */
function gapInterval(metric: FairnessMetric, counts: readonly Confusion[], random: Random): Interval {
  const columns = metric.rates.map((rate) => smoothed(metric, rate, counts));
  const q = largestNoise(metric, counts, columns, random);

  let low = Number.NEGATIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (const a of column) {
      for (const b of column) {
        if (a === b) continue;
        const error = Math.sqrt(a.variance + b.variance);
        low = Math.max(low, a.level - b.level - q * error);
        high = Math.max(high, a.level - b.level + Z_95 * error);
      }
    }
  }
  return { low: Math.max(0, low), high };
}

/** q: how many standard errors the luckiest pair of a resample strays upwards, at its 97.5 % quantile. */
function largestNoise(
  metric: FairnessMetric,
  counts: readonly Confusion[],
  columns: readonly (readonly Smoothed[])[],
  random: Random,
): number {
  const cells = counts.flatMap(({ tp, fp, fn, tn }) => [tp, fp, fn, tn]);
  const rows = cells.reduce((sum, count) => sum + count, 0);
  const pairs = metric.rates.length * counts.length ** 2;
  const replicates = Math.min(REPLICATES, Math.max(200, Math.floor(WORK / pairs)));

  const noise = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = confusions(drawMultinomial(rows, cells, random));
    noise[replicate] = Math.max(
      ...metric.rates.map((rate, index) => strayed(columns[index] ?? [], smoothed(metric, rate, drawn))),
    );
  }
  return quantileOfSorted(noise.sort(), 0.975);
}

function strayed(actual: readonly Smoothed[], drawn: readonly Smoothed[]): number {
  const shifts = actual.map((group, index) => (drawn[index]?.level ?? 0) - group.level);
  let most = 0;
  for (const [i, a] of actual.entries()) {
    for (const [j, b] of actual.entries()) {
      if (i === j) continue;
      const shift = (shifts[i] ?? 0) - (shifts[j] ?? 0);
      most = Math.max(most, shift / Math.sqrt(a.variance + b.variance));
    }
  }
  return most;
}

interface Smoothed {
  /** The rate, or its logarithm for ratios. */
  readonly level: number;
  readonly variance: number;
}

function smoothed(metric: FairnessMetric, rate: RateName, counts: readonly Confusion[]): readonly Smoothed[] {
  return counts.map((group) => {
    const rows = rateRows[rate](group) + 2;
    const level = (selectedRows[rate](group) + 1) / rows;
    const variance = (level * (1 - level)) / rows;
    if (metric.kind === 'difference') return { level, variance };
    return { level: Math.log(level), variance: variance / level ** 2 };
  });
}

function confusions(cells: readonly number[]): readonly Confusion[] {
  return Array.from({ length: cells.length / 4 }, (_, group) => {
    const [tp = 0, fp = 0, fn = 0, tn = 0] = cells.slice(group * 4, group * 4 + 4);
    return { tp, fp, fn, tn };
  });
}
