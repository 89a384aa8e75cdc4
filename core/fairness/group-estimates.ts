/**
 * The widest gap between groups in any metric, from each group's estimate alone. A group's interval says how far its value may be off
 * to either side; groups are independent, so those of a comparison add as squares (MOVER: Zou and Donner 2008), and
 *
 *     high = max over comparisons (|d| + up)           up² = Σ of the two squared distances to the ends that widen the gap
 *     low  = max over comparisons (|d| − down·q/1.96)  q: 97.5 % quantile of the largest comparison of independent normal numbers
 *
 * All rows hold the group too, which makes them move together: taken for independent, an interval of `overall` is too wide, never too
 * narrow. For ratios all of it happens to logarithms.
 */

import type { Estimate } from '../evidence/estimate.ts';
import type { MetricValue } from '../metrics/metric.ts';
import type { Random } from '../ports/random.ts';
import { type Interval, Z_95 } from '../statistics/interval.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { contrastsOf } from './contrasts.ts';
import { drawNormal } from './draw-cells.ts';
import { type Gap, type Question, widestGap } from './gap.ts';
import { largestNoiseAtMost, replicatesFor } from './many-comparisons.ts';

/** Either end of a 95 % interval errs in this share of samples. */
const TAIL = 0.025;

export interface EstimatedGroup {
  readonly name: string;
  readonly estimate: Estimate;
  readonly level: string;
  readonly reference: boolean;
}

export interface GapEstimate {
  readonly point: MetricValue;
  /** Which groups make it; absent where it is undefined. */
  readonly gap?: Gap;
  /** The 95 % interval; absent where a group has none. */
  readonly interval?: Interval;
  /** Why there is none. */
  readonly noInterval?: string;
}

/** The widest gap with its 95 % interval. `overall`: the estimate on all rows, by level. */
export function estimateGap(
  question: Question,
  groups: readonly EstimatedGroup[],
  overall: ReadonlyMap<string, Estimate>,
  random: Random,
): GapEstimate {
  const members = [];
  for (const { name, level, reference, estimate } of groups) {
    if (estimate.point === null) {
      return { point: { reason: `${question.what} of ${name}: ${estimate.reason ?? 'undefined'}` } };
    }
    members.push({ name, level, reference, value: estimate.point });
  }
  const points = new Map<string, number>();
  for (const [level, { point }] of overall) if (point !== null) points.set(level, point);
  const gap = widestGap(question, members, points);
  if (!('size' in gap)) return { point: gap };

  const interval = intervalOf(question, groups, overall, random);
  if (interval) return { point: gap.size, gap, interval: holding(interval, gap.size) };
  return { point: gap.size, gap, noInterval: whyNone(question, groups, overall) };
}

function whyNone(
  { to, what }: Question,
  groups: readonly EstimatedGroup[],
  overall: ReadonlyMap<string, Estimate>,
): string {
  const all = [...overall].map(([level, estimate]) => ({ name: level || 'all rows', estimate }));
  const bare = [...groups, ...(to === 'overall' ? all : [])].find(({ estimate }) => estimate.low === null);
  if (!bare) return `${what} is 0 or less in a group: a ratio says nothing of it`;
  return `${what} of ${bare.name}: ${bare.estimate.reason ?? 'there is no interval'}`;
}

function holding({ low, high }: Interval, point: number): Interval {
  return { low: Math.max(0, Math.min(low, point)), high: Math.max(high, point) };
}

interface Level {
  readonly value: number;
  /** Distances to the interval's ends. */
  readonly down: number;
  readonly up: number;
}

function intervalOf(
  { kind, to }: Question,
  groups: readonly EstimatedGroup[],
  overall: ReadonlyMap<string, Estimate>,
  random: Random,
): Interval | undefined {
  const contrasts = contrastsOf(to, groups);
  const estimates = [...groups.map(({ estimate }) => estimate)];
  if (to === 'overall') for (const level of contrasts.levels) estimates.push(overall.get(level) ?? UNKNOWN);
  const levels: Level[] = [];
  for (const estimate of estimates) {
    const level = levelOf(kind, estimate);
    if (!level) return undefined;
    levels.push(level);
  }
  const pairs = Array.from(contrasts.from, (a, place) => pairOf(levels[a], levels[contrasts.to[place] ?? 0]));
  const q = largestNoise(levels, contrasts, random);

  let low = 0;
  let high = Number.NEGATIVE_INFINITY;
  for (const { size, down, up } of pairs) {
    low = Math.max(low, size - (q / Z_95) * down);
    high = Math.max(high, size + up);
  }
  return kind === 'difference' ? { low, high } : { low: Math.exp(-high), high: Math.exp(-low) };
}

const UNKNOWN: Estimate = { point: null, low: null, high: null };

/** On the scale of comparison; undefined without an interval, or without a logarithm. */
function levelOf(kind: Question['kind'], { point, low, high }: Estimate): Level | undefined {
  if (point === null || low === null || high === null) return undefined;
  if (kind === 'difference') return { value: point, down: point - low, up: high - point };
  if (point <= 0) return undefined;
  return { value: Math.log(point), down: Math.log(point / Math.max(low, 0)), up: Math.log(high / point) };
}

/** How far apart two levels are, and the half-widths of that towards 0 and away from it. */
function pairOf(a: Level | undefined, b: Level | undefined) {
  if (!a || !b) throw new Error('a comparison is between two groups');
  const [low, high] = a.value <= b.value ? [a, b] : [b, a];
  return {
    size: high.value - low.value,
    down: Math.hypot(high.down, low.up),
    // Where the groups are about equal, either may be the higher one.
    up: Math.max(Math.hypot(high.up, low.down), Math.hypot(low.up, high.down) - 2 * (high.value - low.value)),
  };
}

function largestNoise(
  levels: readonly Level[],
  { from, to }: ReturnType<typeof contrastsOf>,
  random: Random,
): number {
  const errors = levels.map(({ down, up }) => (down + up) / (2 * Z_95));
  const replicates = replicatesFor(from.length);
  if (replicates === 0) return largestNoiseAtMost(from.length, TAIL);
  const noise = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = errors.map((error) => error * drawNormal(random));
    let most = 0;
    for (let place = 0; place < from.length; place++) {
      const [a, b] = [from[place] ?? 0, to[place] ?? 0];
      const error = Math.hypot(errors[a] ?? 0, errors[b] ?? 0);
      if (error > 0) most = Math.max(most, Math.abs((drawn[a] ?? 0) - (drawn[b] ?? 0)) / error);
    }
    noise[replicate] = most;
  }
  return quantileOfSorted(noise.sort(), 1 - TAIL);
}
