/**
 * What a reviewer needs beside a bias gate's number: how often each group is positive to begin with (need, or the labels' own bias, which
 * no metric of this table tells apart), how the gates decide, and what a limit of .8 is and is not.
 */

import { seededRandom } from '../chance.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { GroupEvidence } from '../evidence/groups.ts';
import { estimateFairness } from '../fairness/interval.ts';
import type { NamedGroup } from '../fairness/metric.ts';
import { rateOf, rowsOf } from '../fairness/rates.ts';
import { groupName } from '../gates/bias-words.ts';
import { estimateText } from '../gates/number.ts';
import type { GateResult } from '../gates/result.ts';
import { isDefined } from '../metrics/metric.ts';
import { escapeMarkdown } from './escape.ts';

/** The four-fifths rule's limit. */
const FOUR_FIFTHS = 0.8;

/** Groups with fewer rows say little of a base rate. */
const FEWEST_ROWS = 10;

/** With more groups the extremes are told without an interval, which takes seconds of hundreds. */
const MOST_GROUPS = 50;

/** Empty where no bias gate judged anything. */
export function biasNotes(evaluation: EvaluationPredicate, results: readonly GateResult[]): string {
  const judged = results.filter(({ gate, limit }) => gate === 'bias' && limit !== null);
  const keys = new Set(judged.map(({ by }) => JSON.stringify(by)));
  const tables = evaluation.groups.filter(({ by }) => keys.has(JSON.stringify(by)));
  const lines = [
    ...tables.flatMap(({ by, groups }) => baseRates(by, groups)),
    ...(judged.some(({ limit }) => limit && 'atLeast' in limit && limit.atLeast === FOUR_FIFTHS)
      ? [FOUR_FIFTHS_NOTE]
      : []),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

const FOUR_FIFTHS_NOTE =
  '**The limit of 0.8** is the four-fifths rule of US employee selection (29 CFR 1607.4 D): a rule of thumb on selection rates, which asks for significance too and warns of small numbers. Elsewhere it is a number like any other: passing it is no proof of fairness, and failing it none of the contrary.';

function baseRates(by: readonly string[], groups: readonly GroupEvidence[]): readonly string[] {
  const large = groups.filter((group) => rowsOf(group.weighing?.rows ?? group.candidate) >= FEWEST_ROWS);
  const named: readonly NamedGroup[] = large.map((group) => ({
    name: groupName(group),
    counts: group.candidate,
    weighing: group.weighing,
  }));
  const columns = escapeMarkdown(by.join(', '), 100);
  const [lowest, highest] = extremes(named);
  if (!lowest || !highest || named.length < 2) return [];
  if (named.length > MOST_GROUPS) {
    return [
      `**Base rates** by ${columns}: from ${say(lowest)} that are positive to ${say(highest)}, over ${named.length} groups.`,
    ];
  }
  const { point, interval } = estimateFairness(
    { kind: 'difference', rates: ['base_rate'] },
    named,
    seededRandom(`base rates ${JSON.stringify(large)}`),
  );
  if (!isDefined(point) || !interval) return [];

  const gap = estimateText({ point, ...interval });
  if (interval.low === 0) {
    return [
      `**Base rates** by ${columns} do not differ measurably (${gap}): how often groups are positive explains no gap between them.`,
    ];
  }
  return [
    `**Base rates** by ${columns} differ by ${gap}: ${say(lowest)} are positive, ${say(highest)}. With labels this different, equal selection rates would mean to select against need, and error rates can't all be equal unless the model is perfect. If the labels are right, look first at whether need is found equally well (true-positive rate); if they may be biased themselves, no number here shows it.`,
  ];
}

interface BaseRate {
  readonly name: string;
  readonly value: number;
}

function extremes(groups: readonly NamedGroup[]): readonly (BaseRate | undefined)[] {
  const known = groups.flatMap(({ name, counts }) => {
    const value = rateOf('base_rate', counts);
    return isDefined(value) ? [{ name, value }] : [];
  });
  const sorted = known.sort((a, b) => a.value - b.value);
  return [sorted[0], sorted.at(-1)];
}

function say({ name, value }: BaseRate): string {
  return `${(100 * value).toFixed(1)} % of ${escapeMarkdown(name, 100)}`;
}
