/**
 * Intervals of fairness metrics. The bootstrap distribution of a largest gap is biased upwards (noise alone opens gaps
 * between many groups), so its percentiles fail honest models. The gap is taken apart into its comparisons instead:
 *
 *     high = max over comparisons (|d| + z·se)     no comparison's own interval reaches further; z = 1.96
 *     low  = max over comparisons (|d| − q·se)     q: 97.5 % quantile of the largest of all comparisons' noise together
 *
 * so that each end errs in at most 2.5 % of samples, however many groups there are. d is a difference of rates (for ratios
 * of their logarithms), with one row added to each side (Agresti and Caffo 2000) so that a rate of 0 still has an error.
 * q comes from a multinomial bootstrap of the confusion counts, which are sufficient: its cost does not grow with the rows.
 * The mean of several rates is the mean of their intervals, each at 1 − 5 %/rates (Bonferroni), which holds however they depend.
 */

import { isDefined, type MetricValue } from '../metrics/metric.ts';
import type { Random } from '../ports/random.ts';
import type { Interval } from '../statistics/interval.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { studentLimit } from '../statistics/student.ts';
import { type Contrasts, contrastsOf } from './contrasts.ts';
import { drawCells } from './draw-cells.ts';
import { type Levels, levelsOf, prepareRate } from './levels.ts';
import { largestNoiseAtMost, replicatesFor } from './many-comparisons.ts';
import { type FairnessMetric, isCompared, measureFairness, type NamedGroup } from './metric.ts';

/** Either end of a 95 % interval errs in this share of samples. */
const TAIL = 0.025;

export interface FairnessEstimate {
  readonly point: MetricValue;
  /** The 95 % interval; absent where the point is undefined. */
  readonly interval?: Interval;
}

/** The metric over these groups with its 95 % interval. Counts are whole numbers of rows, or sums of weights beside `weighing`. */
export function estimateFairness(
  metric: FairnessMetric,
  groups: readonly NamedGroup[],
  random: Random,
): FairnessEstimate {
  const point = measureFairness(metric, groups);
  if (!isDefined(point)) return { point };

  const { low, high } = intervalOf(metric, groups, random);
  return {
    point,
    interval: {
      low: Math.max(0, Math.min(low, point)),
      high: Math.min(1, Math.max(high, point)),
    },
  };
}

function intervalOf(metric: FairnessMetric, groups: readonly NamedGroup[], random: Random): Interval {
  const occupied = groups.filter(({ counts }) => isCompared({ counts }));
  const contrasts = contrastsAmong(metric, occupied);
  const parts = metric.agg === 'mean' ? metric.rates.map((rate) => [rate]) : [metric.rates];
  const tail = TAIL / parts.length;

  const ends = parts.map((rates) => {
    const gap = gapInterval({ ...metric, rates }, { groups: occupied, contrasts, tail }, random);
    return metric.kind === 'difference' ? gap : { low: Math.exp(-gap.high), high: Math.exp(-gap.low) };
  });
  return { low: mean(ends.map(({ low }) => low)), high: mean(ends.map(({ high }) => high)) };
}

/** Groups set aside are compared with nothing, but belong to all rows. */
function contrastsAmong({ to = 'groups' }: FairnessMetric, groups: readonly NamedGroup[]): Contrasts {
  const all = contrastsOf(
    to,
    groups.map(({ level = '', reference = false }) => ({ level, reference })),
  );
  const isKept = (place: number) => {
    const [from, against] = [groups[all.from[place] ?? 0], groups[all.to[place] ?? 0]];
    return !from?.aside && !against?.aside;
  };
  const kept = Array.from(all.from.keys()).filter(isKept);
  if (kept.length === all.from.length) return all;
  return {
    levels: all.levels,
    from: Int32Array.from(kept, (place) => all.from[place] ?? 0),
    to: Int32Array.from(kept, (place) => all.to[place] ?? 0),
  };
}

interface Comparing {
  readonly groups: readonly NamedGroup[];
  readonly contrasts: Contrasts;
  readonly tail: number;
}

/** Interval of the largest gap, on the scale of differences, or of logarithms for ratios. */
function gapInterval(metric: FairnessMetric, comparing: Comparing, random: Random): Interval {
  const { groups, contrasts, tail } = comparing;
  const prepared = metric.rates.map((rate) => prepareRate(metric.kind, rate, groups, contrasts));
  const measured = prepared.map((rate) => levelsOf(rate, rate.weights));
  const q = largestNoise(prepared, measured, comparing, random);
  const z = -normalQuantile(tail);

  let low = Number.NEGATIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const stretch = stretching(tail, z);
  for (const [index, { errors, freedom }] of prepared.entries()) {
    const levels = measured[index] ?? new Float64Array();
    for (const [place, plain] of errors.entries()) {
      const error = freedom ? plain * stretch(freedom[place] ?? 1) : plain;
      const gap = Math.abs(apart(levels, contrasts, place));
      low = Math.max(low, gap - q * error);
      high = Math.max(high, gap + z * error);
    }
  }
  return { low: Math.max(0, low), high };
}

/** How much further than the normal quantile `z` that of Student's t lies, by whole degrees of freedom. */
function stretching(tail: number, z: number): (freedom: number) => number {
  const known = new Map<number, number>();
  return (freedom) => {
    const whole = Math.max(1, Math.floor(freedom));
    const factor = known.get(whole) ?? studentLimit(tail, whole) / z;
    known.set(whole, factor);
    return factor;
  };
}

/** q: how many standard errors the luckiest comparison of a resample strays, at its 1 − tail quantile. */
function largestNoise(
  prepared: readonly Levels[],
  measured: readonly Float64Array[],
  { groups, contrasts, tail }: Comparing,
  random: Random,
): number {
  const work = prepared.length * contrasts.from.length;
  const replicates = replicatesFor(work);
  if (replicates === 0) return largestNoiseAtMost(work, tail);
  const draw = drawCells(groups, random);
  const noise = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const cells = draw();
    let most = 0;
    for (const [index, rate] of prepared.entries()) {
      const shifts = levelsOf(rate, cells);
      const actual = measured[index] ?? shifts;
      for (let place = 0; place < shifts.length; place++)
        shifts[place] = (shifts[place] ?? 0) - (actual[place] ?? 0);
      most = Math.max(most, furthest(shifts, rate.errors, contrasts));
    }
    noise[replicate] = most;
  }
  return quantileOfSorted(noise.sort(), 1 - tail);
}

/** The largest shift of a comparison, in its standard errors. */
function furthest(shifts: Float64Array, errors: Float64Array, { from, to }: Contrasts): number {
  let most = 0;
  for (let place = 0; place < errors.length; place++) {
    const shift = Math.abs((shifts[from[place] ?? 0] ?? 0) - (shifts[to[place] ?? 0] ?? 0));
    const noise = shift / (errors[place] ?? 1);
    if (noise > most) most = noise;
  }
  return most;
}

function apart(levels: Float64Array, { from, to }: Contrasts, place: number): number {
  return (levels[from[place] ?? 0] ?? 0) - (levels[to[place] ?? 0] ?? 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
