/**
 * Training is chance too: the same code, data and parameters give other models by other seeds. What is wanted of a change is the expected
 * metric of its training; the model at hand is one draw, so its distance from there is part of the error (Bouthillier et al. 2021,
 * https://arxiv.org/abs/2103.03098).
 *
 *     error² = e² + s²     freedom ν = (e² + s²)² / (e⁴ / νₑ + s⁴ / (k − 1))     interval = point ± t(ν)·error
 *
 * with e the error of these rows, s the deviation of k runs with other seeds, ν by Welch (1947) and Satterthwaite (1946). Not s²·(1 + 1/k):
 * that is how far a further draw lies from the mean of k; here the point is itself one of the k.
 */

import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';
import { quantileOf } from './power.ts';
import { studentLimit } from './student.ts';

/** Chance that a true distance is seen. */
const POWER = 0.8;

/** Beyond this many times today's rows nobody waits for more rows. */
const HOPELESS = 100;

/** Each step asks for a tenth more rows. */
const STEP = 1.1;

/** How much the runs of a training differ by seed. */
export interface SeedSpread {
  /** Standard deviation of one run, in the metric's unit. */
  readonly deviation: number;
  /** Runs that it was measured on, two at least. */
  readonly runs: number;
}

export interface WidenedInterval extends Interval {
  /** Absent: normal. */
  readonly freedom?: number;
}

/** The spread of at least two values, each of one run. */
export function seedSpread(values: readonly number[]): SeedSpread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { deviation: Math.sqrt(squares / (values.length - 1)), runs: values.length };
}

/** A 95 % interval with the seeds' part in it; each side keeps its own length of the rows' part. */
export function widenBySeeds(
  { point, low, high, freedom }: WidenedInterval & { readonly point: number },
  spread: SeedSpread,
): WidenedInterval {
  if (spread.deviation === 0) return { low, high, ...(freedom !== undefined && { freedom }) };
  const before = quantileOf(freedom);
  const together = freedomWith({ error: (high - low) / 2 / before, freedom }, spread);
  const after = quantileOf(together);
  const side = (length: number) => after * Math.hypot(length / before, spread.deviation);
  return { low: point - side(point - low), high: point + side(high - point), freedom: together };
}

/**
 * Rows at which 80 % of evaluations tell a truth at `distance` from the limit, or infinity where rows can't: they do not make seeds agree.
 * `error`: of both parts together, on `rows` rows; `tail`: chance on the side of the limit.
 */
export function rowsForPowerWithSeeds(
  {
    rows,
    error,
    distance,
    tail,
  }: { readonly rows: number; readonly error: number; readonly distance: number; readonly tail: number },
  spread: SeedSpread,
): number {
  const ofRows = Math.sqrt(Math.max(0, error ** 2 - spread.deviation ** 2));
  for (let times = 1 / HOPELESS; times <= HOPELESS; times *= STEP) {
    const own = ofRows / Math.sqrt(times);
    const freedom = freedomWith({ error: own, freedom: undefined }, spread);
    const reach = studentLimit(tail, freedom) + normalQuantile(POWER);
    if (reach * Math.hypot(own, spread.deviation) <= Math.abs(distance)) return times * rows;
  }
  return Number.POSITIVE_INFINITY;
}

function freedomWith(
  { error, freedom }: { readonly error: number; readonly freedom: number | undefined },
  { deviation, runs }: SeedSpread,
): number {
  const inverse = error ** 4 / (freedom ?? Number.POSITIVE_INFINITY) + deviation ** 4 / (runs - 1);
  return inverse > 0 ? (error ** 2 + deviation ** 2) ** 2 / inverse : Number.MAX_VALUE;
}
