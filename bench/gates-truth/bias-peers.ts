/**
 * Rival rules on the same counts, restated. `point`: the plain value against the limit, as most pipelines do. `bootstrap`: Fairlearn's
 * `n_boot` with `ci_quantiles`: rows are resampled, the metric taken, its 2.5 % and 97.5 % quantiles held against the limit. Resampling rows
 * draws the counts from a multinomial distribution, so that it is done on counts here. Both take a rate of 0/0 for 0, as Fairlearn does.
 */

import type { FairnessMetric } from '#core/fairness/metric.ts';
import { type Rate, rates } from '#core/fairness/rates.ts';
import type { Confusion } from '#core/evidence/groups.ts';
import type { Random } from '#core/ports/random.ts';
import { drawMultinomial } from '#core/statistics/binomial.ts';
import { quantileOfSorted } from '#core/statistics/quantile.ts';
import type { VerdictStatus } from '#core/verdict.ts';

/** What Fairlearn's documentation takes. */
const RESAMPLES = 100;

export type PeerRule = (
  metric: FairnessMetric,
  groups: readonly Confusion[],
  limit: number,
  random: Random,
) => VerdictStatus;

export const peers = {
  'a fixed point threshold': (metric, groups, limit) =>
    within(metric, fairlearnValue(metric, groups), limit) ? 'pass' : 'fail',
  "Fairlearn's percentile bootstrap": (metric, groups, limit, random) => {
    const cells = groups.flatMap(({ tp, fp, fn, tn }) => [tp, fp, fn, tn]);
    const total = cells.reduce((sum, count) => sum + count, 0);
    const values = Float64Array.from({ length: RESAMPLES }, () =>
      fairlearnValue(metric, asGroups(drawMultinomial(total, cells, random))),
    ).sort();
    const ends = [quantileOfSorted(values, 0.025), quantileOfSorted(values, 0.975)];
    const inside = ends.filter((end) => within(metric, end, limit)).length;
    return inside === 2 ? 'pass' : inside === 0 ? 'fail' : 'inconclusive';
  },
} as const satisfies Record<string, PeerRule>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as PeerName[];

function within({ kind }: FairnessMetric, value: number, limit: number): boolean {
  return kind === 'difference' ? value <= limit : value >= limit;
}

/** Fairlearn's value between groups. */
function fairlearnValue({ kind, rates: names }: FairnessMetric, groups: readonly Confusion[]): number {
  const occupied = groups.filter(({ tp, fp, fn, tn }) => tp + fp + fn + tn > 0);
  const gaps = names.map((name) => {
    const rate: Rate = rates[name];
    const values = occupied.map((counts) => share(rate, counts));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return kind === 'difference' ? high - low : low / high;
  });
  return kind === 'difference' ? Math.max(...gaps) : Math.min(...gaps);
}

function share({ selected, of }: Rate, counts: Confusion): number {
  const sum = (cells: Rate['of']) => cells.reduce((total, cell) => total + counts[cell], 0);
  return sum(of) > 0 ? sum(selected) / sum(of) : 0;
}

function asGroups(cells: readonly number[]): readonly Confusion[] {
  return Array.from({ length: cells.length / 4 }, (_, group) => {
    const [tp = 0, fp = 0, fn = 0, tn = 0] = cells.slice(group * 4, group * 4 + 4);
    return { tp, fp, fn, tn };
  });
}
