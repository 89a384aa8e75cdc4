/** Who is hurt: of a fairness metric's pairs of groups, the one whose rates are furthest apart. */

import { isDefined } from '../metrics/metric.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from './metric.ts';
import { type RateName, rateOf } from './rates.ts';

interface GroupRate {
  readonly name: string;
  /** From 0 to 1. */
  readonly value: number;
}

export interface WorstPair {
  readonly rate: RateName;
  /** The group that is worse off: fewer found or selected, or more false alarms. */
  readonly worse: GroupRate;
  readonly better: GroupRate;
}

/** The pair that makes the metric what it is; undefined where the metric is. */
export function worstPair(metric: FairnessMetric, groups: readonly NamedGroup[]): WorstPair | undefined {
  const decisive = measureFairness(metric, groups);
  if (!isDefined(decisive)) return undefined;
  const rate = metric.rates.find(
    (each) => measureFairness({ ...metric, rates: [each] }, groups) === decisive,
  );
  if (!rate) return undefined;

  const rates = groups.flatMap(({ name, counts }) => {
    const value = rateOf(rate, counts);
    return isDefined(value) ? [{ name, value }] : [];
  });
  const [lowest, ...others] = rates.sort((a, b) => a.value - b.value);
  const highest = others.at(-1);
  if (!lowest || !highest) return undefined;
  return rate === 'false_positive_rate'
    ? { rate, worse: highest, better: lowest }
    : { rate, worse: lowest, better: highest };
}
