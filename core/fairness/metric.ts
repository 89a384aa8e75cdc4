/**
 * A fairness metric compares rates between groups (`gap.ts`). Of several rates the worst counts (`worst_case`), or their mean (`mean`),
 * as Fairlearn's `agg`. Groups without rows are left out.
 */

import type { Clustering, Confusion, Weighing } from '../evidence/groups.ts';
import { isDefined, type MetricValue } from '../metrics/metric.ts';
import { byLevel, type Gap, type Kind, type Member, type To, widestGap } from './gap.ts';
import { type RateName, rateOf, rowsOf, together } from './rates.ts';

export interface FairnessMetric {
  readonly kind: Kind;
  readonly rates: readonly RateName[];
  /** What a group is held against; absent: every other group. */
  readonly to?: To;
  /** What several rates come to; absent: the worst case. */
  readonly agg?: 'worst_case' | 'mean';
}

export interface NamedGroup {
  readonly name: string;
  readonly counts: Confusion;
  /** Where rows weigh: rows and squared weights behind the counts, which are then sums of weights. */
  readonly weighing?: Weighing | undefined;
  /** Where rows come in clusters: how the counts vary from one to the next. */
  readonly clustering?: Clustering | undefined;
  /** Values of the control features: groups are compared within one level. */
  readonly level?: string;
  readonly reference?: boolean;
  /** Too small to be compared; its rows belong to all rows nevertheless. */
  readonly aside?: boolean;
}

/** The metric over these groups; undefined, naming group and reason, where a rate is 0/0. */
export function measureFairness(metric: FairnessMetric, groups: readonly NamedGroup[]): MetricValue {
  const sizes: number[] = [];
  for (const rate of metric.rates) {
    const gap = gapOfRate(metric, rate, groups);
    if (!('size' in gap)) return gap;
    sizes.push(gap.size);
  }
  if (metric.agg === 'mean') return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return metric.kind === 'difference' ? Math.max(...sizes) : Math.min(...sizes);
}

/** The widest gap in one rate. A level with rows of one group alone has nothing to compare. */
export function gapOfRate(
  { kind, to = 'groups' }: FairnessMetric,
  rate: RateName,
  groups: readonly NamedGroup[],
): Gap | Exclude<MetricValue, number> {
  const members: Member[] = [];
  const overall = new Map<string, number>();
  for (const [level, own] of byLevel(groups.map((group) => ({ ...group, level: group.level ?? '' })))) {
    if (own.filter(({ counts }) => rowsOf(counts) > 0).length < 2) continue;
    const all = together(own.map(({ counts }) => counts));
    const value = rateOf(rate, all);
    if (isDefined(value)) overall.set(level, value);
    for (const { name, counts, reference = false } of own.filter(isCompared)) {
      const rateOfGroup = rateOf(rate, counts, all);
      if (!isDefined(rateOfGroup)) return { reason: `${rate} of ${name}: ${rateOfGroup.reason}` };
      members.push({ name, value: rateOfGroup, level, reference });
    }
  }
  return widestGap({ kind, to, what: rate }, members, overall);
}

/** Groups without rows are none. */
export function isCompared({ counts, aside }: Pick<NamedGroup, 'counts' | 'aside'>): boolean {
  return !aside && rowsOf(counts) > 0;
}
