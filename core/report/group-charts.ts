/** The rate of each group as a chart: of the three rates, the one in which the groups are furthest apart. */

import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { GroupEvidence } from '../evidence/groups.ts';
import { type RateName, rateOf, rates } from '../fairness/rates.ts';
import { groupName } from '../gates/bias-words.ts';
import { isDefined } from '../metrics/metric.ts';
import { escapeMarkdown } from './escape.ts';
import { xychart } from './plot.ts';

/** Groups that a chart has room for. */
const MOST_GROUPS = 12;

const CHARTED: readonly RateName[] = ['selection_rate', 'true_positive_rate', 'false_positive_rate'];

interface Rates {
  readonly rate: RateName;
  readonly names: readonly string[];
  readonly candidate: readonly number[];
  readonly champion: readonly number[] | null;
  readonly spread: number;
}

/** '' where there are fewer than two groups, or too many to be drawn. */
export function groupChart({ by, groups }: EvaluationPredicate['groups'][number]): string {
  if (groups.length < 2 || groups.length > MOST_GROUPS) return '';
  const found = CHARTED.flatMap((rate) => ratesOf(rate, groups) ?? []);
  const [widest] = found.sort((a, b) => b.spread - a.spread);
  if (!widest) return '';
  const { rate, names, candidate, champion } = widest;
  const most = Math.max(...candidate, ...(champion ?? []));
  const title = `${rates[rate].words} by ${by.join(', ')}`;
  return [
    `${escapeMarkdown(title)}: no other rate differs more. Bars: candidate.${champion ? ' Line: champion.' : ''}`,
    xychart({
      title,
      labels: names.map((name) => name.slice(0, 24)),
      y: { title: rates[rate].words, from: 0, to: most > 0 ? Math.min(1, most * 1.1) : 1 },
      bars: candidate,
      lines: champion ? [champion] : [],
    }),
  ].join('\n\n');
}

/** Of the groups that have the rate; undefined for fewer than two. */
function ratesOf(rate: RateName, groups: readonly GroupEvidence[]): Rates | undefined {
  const defined = groups.flatMap((group) => {
    const ours = rateOf(rate, group.candidate);
    const theirs = group.champion ? rateOf(rate, group.champion) : null;
    return isDefined(ours) ? [{ name: groupName(group), ours, theirs }] : [];
  });
  if (defined.length < 2) return undefined;
  const candidate = defined.map(({ ours }) => ours);
  const champion = defined.flatMap(({ theirs }) => (theirs !== null && isDefined(theirs) ? [theirs] : []));
  return {
    rate,
    names: defined.map(({ name }) => name),
    candidate,
    champion: champion.length === defined.length ? champion : null,
    spread: Math.max(...candidate) - Math.min(...candidate),
  };
}
