/** Runs of the same training with other seeds, on the same rows: their values of each metric, and intervals that hold how they differ. */

import type { Estimate } from '../evidence/estimate.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { type MetricName, measuresOf, metrics } from '../metrics/index.ts';
import { isDefined } from '../metrics/metric.ts';
import type { Predictions } from '../metrics/predictions.ts';
import { type SeedSpread, seedSpread, widenBySeeds } from '../statistics/seeds.ts';

export interface Seeded {
  /** Of the further seeds, in their order. */
  readonly seeds: readonly Predictions[];
  readonly only: readonly MetricName[] | undefined;
  readonly weights: Float64Array;
}

/**
 * The same metrics; those with an interval have the seeds' values and wider intervals of the candidate and its difference. The champion is
 * the bytes that serve: nobody draws it again.
 */
export function withSeeds(measured: readonly MetricEvidence[], seeded: Seeded): MetricEvidence[] {
  const bySeed = seeded.seeds.map((predictions) => valuesOf(predictions, seeded));
  return measured.map((evidence) => {
    if (evidence.candidate.low === null) return evidence;
    const seeds = bySeed.map((values) => values.get(evidence.metric) ?? null);
    const spread = spreadOf(evidence.candidate, seeds);
    const [least, most] = metrics[evidence.metric as MetricName].range;
    const span = most - least;
    return {
      ...evidence,
      seeds,
      candidate: widened(evidence.candidate, spread, [least, most]),
      difference: evidence.difference && widened(evidence.difference, spread, [-span, span]),
    };
  });
}

function valuesOf(predictions: Predictions, { only, weights }: Seeded): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const { name, measure } of measuresOf(predictions, only)) {
    const value = measure(weights);
    if (isDefined(value) && Number.isFinite(value)) values.set(name, value);
  }
  return values;
}

/** Undefined where a run has no value: what is not known is not taken for agreement. */
function spreadOf({ point }: Estimate, seeds: readonly (number | null)[]): SeedSpread | undefined {
  const values = [point, ...seeds].filter((value) => value !== null);
  return values.length === seeds.length + 1 ? seedSpread(values) : undefined;
}

function widened(
  estimate: Estimate,
  spread: SeedSpread | undefined,
  [least, most]: readonly [number, number],
): Estimate {
  const { point, low, high, freedom, method = '' } = estimate;
  if (point === null || low === null || high === null) return estimate;
  if (!spread) {
    return { point, low: null, high: null, reason: 'undefined for one of the seeds' };
  }
  const wide = widenBySeeds({ point, low, high, ...(freedom !== undefined && { freedom }) }, spread);
  return {
    point,
    low: Math.max(least, wide.low),
    high: Math.min(most, wide.high),
    method: `${method}, with ${spread.runs} seeds`,
    ...(wide.freedom !== undefined && { freedom: Math.round(wide.freedom * 10) / 10 }),
  };
}
