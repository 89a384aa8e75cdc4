/**
 * A fairness metric compares rates between groups, by Fairlearn's `between_groups` definitions:
 *
 *     difference = max_g rate_g − min_g rate_g        ratio = min_g rate_g / max_g rate_g
 *
 * With several rates the worst counts: the largest difference, the smallest ratio. Groups without rows are left out.
 */

import type { Confusion } from '../evidence/groups.ts';
import { isDefined, type MetricValue, ratio } from '../metrics/metric.ts';
import { type RateName, rateOf, rateRows } from './rates.ts';

export interface FairnessMetric {
  readonly kind: 'difference' | 'ratio';
  readonly rates: readonly RateName[];
}

export interface NamedGroup {
  readonly name: string;
  readonly counts: Confusion;
}

/** The metric over these groups; undefined, naming group and reason, where a rate is 0/0. */
export function measureFairness(metric: FairnessMetric, groups: readonly NamedGroup[]): MetricValue {
  const occupied = groups.filter(({ counts }) => rateRows.selection_rate(counts) > 0);
  if (occupied.length < 2) return { reason: 'fewer than two groups have rows' };

  const gaps: number[] = [];
  for (const rate of metric.rates) {
    const gap = gapOf(metric.kind, rate, occupied);
    if (!isDefined(gap)) return gap;
    gaps.push(gap);
  }
  return metric.kind === 'difference' ? Math.max(...gaps) : Math.min(...gaps);
}

function gapOf(kind: FairnessMetric['kind'], rate: RateName, groups: readonly NamedGroup[]): MetricValue {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { name, counts } of groups) {
    const value = rateOf(rate, counts);
    if (!isDefined(value)) return { reason: `${rate} of ${name}: ${value.reason}` };
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (kind === 'difference') return high - low;
  return ratio(low, high, `${rate} is 0 in every group`);
}
