/** Who is hurt: of a fairness metric's pairs of groups, the one whose rates are furthest apart. */

import type { Measured } from './gap.ts';
import { type FairnessMetric, gapOfRate, type NamedGroup } from './metric.ts';
import { type RateName, rates } from './rates.ts';

export interface WorstPair {
  readonly rate: RateName;
  /** The group that is worse off: fewer found or selected, or more false alarms. */
  readonly worse: Measured;
  readonly better: Measured;
  /** Of the control features; empty without. */
  readonly level: string;
}

/** The pair that makes the metric what it is, of the mean of several rates the one furthest apart; undefined where the metric is. */
export function worstPair(metric: FairnessMetric, groups: readonly NamedGroup[]): WorstPair | undefined {
  let worst: (WorstPair & { readonly size: number }) | undefined;
  for (const rate of metric.rates) {
    const gap = gapOfRate(metric, rate, groups);
    if (!('size' in gap)) return undefined;
    const { size, low, high, level } = gap;
    const isWorse = !worst || (metric.kind === 'difference' ? size > worst.size : size < worst.size);
    if (!isWorse) continue;
    const [worse, better] = rates[rate].harm === 'high' ? [high, low] : [low, high];
    worst = { rate, worse, better, level, size };
  }
  if (!worst) return undefined;
  const { size: _, ...pair } = worst;
  return pair;
}
