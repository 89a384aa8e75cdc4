/**
 * The bias gate: gaps between groups, from each group's confusion counts. A group too small to tell makes the verdict
 * inconclusive, unless the other groups alone fail already: more groups can only widen a gap.
 */

import { seededRandom } from '../chance.ts';
import type { BiasGate } from '../config/gates/bias.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { GroupEvidence } from '../evidence/groups.ts';
import { fairnessMetrics } from '../fairness/index.ts';
import { estimateFairness } from '../fairness/interval.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from '../fairness/metric.ts';
import { type RateName, rateRows, rateRowsName } from '../fairness/rates.ts';
import { worstPair } from '../fairness/worst-pair.ts';
import { isDefined } from '../metrics/metric.ts';
import type { Verdict } from '../verdict.ts';
import { boundText, judgeLimit } from './limit.ts';
import { estimateText } from './number.ts';
import { type Bound, type GateResult, notMeasured, reportedOnly } from './result.ts';

/** A rate of fewer rows than this says next to nothing: its 95 % interval spans more than half of 0 to 1. */
const SMALLEST_SHARE_ROWS = 10;

const RATE_WORDS = {
  selection_rate: 'selection rate',
  true_positive_rate: 'true-positive rate',
  false_positive_rate: 'false-positive rate',
} as const satisfies Record<RateName, string>;

export function judgeBias(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return gates.bias.flatMap((gate) => {
    const bounds: (Bound | null)[] = [];
    if (gate.max !== undefined) bounds.push({ atMost: gate.max });
    if (gate.min !== undefined) bounds.push({ atLeast: gate.min });
    if (bounds.length === 0) bounds.push(null);
    return bounds.map((bound) => judgeOne(evidence, gate, bound));
  });
}

/** One group's name for people: its values, joined. */
export function groupName({ values }: Pick<GroupEvidence, 'values'>): string {
  return values.join(', ');
}

function judgeOne(evidence: EvaluationPredicate, gate: BiasGate, bound: Bound | null): GateResult {
  const what = `${gate.metric} by ${gate.by.join(', ')}`;
  const base = { gate: 'bias', name: what, subject: gate.metric, limit: bound, by: gate.by } as const;
  const table = evidence.groups.find(({ by }) => JSON.stringify(by) === JSON.stringify(gate.by));
  if (!table || table.groups.length === 0) {
    const verdict = notMeasured(
      `the evidence holds no groups by ${gate.by.join(', ')} (task ${evidence.task})`,
      `evidence of an evaluation of a binary classification that groups by ${gate.by.join(', ')}`,
    );
    return { ...base, estimate: null, verdict };
  }

  const metric: FairnessMetric = fairnessMetrics[gate.metric];
  const small = table.groups.flatMap((group) => shortage(metric, candidateOf(group)) ?? []);
  const large = table.groups.filter((group) => !shortage(metric, candidateOf(group)));
  const estimate = estimateOf(metric, large.map(candidateOf), `${seedOf(evidence)} ${what}`);
  const measured = { ...base, estimate, champion: championPoint(metric, large) };

  const numbers = `${what} is ${estimateText(estimate)}`;
  if (!bound) {
    const aside = small.length > 0 ? `, without groups too small to tell (${list(small)})` : '';
    return { ...measured, verdict: reportedOnly(`${numbers}${aside}`) };
  }
  const verdict = judgeLimit({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${numbers}, wanted ${boundText(bound)}`,
    rows: { now: evidence.holdout.rows, name: 'holdout rows' },
  });
  const told = withWorstPair(verdict, pairText(metric, large, gate.by));
  return { ...measured, verdict: withSmallGroups(told, small) };
}

/** What did not pass says who is hurt. */
function withWorstPair(verdict: Verdict, pair: string | undefined): Verdict {
  if (!pair || verdict.status === 'pass') return verdict;
  return { ...verdict, reason: `${pair}; ${verdict.reason}` };
}

/** `true-positive rate 0.12 for size=small, 0.46 for size=large`: worst off first. */
function pairText(
  metric: FairnessMetric,
  groups: readonly GroupEvidence[],
  by: readonly string[],
): string | undefined {
  const named = groups.map(({ values, candidate }) => ({
    name: by.map((column, index) => `${column}=${values[index] ?? ''}`.slice(0, 80)).join(', '),
    counts: candidate,
  }));
  const pair = worstPair(metric, named);
  if (!pair) return undefined;
  const say = ({ name, value }: typeof pair.worse) => `${value.toFixed(2)} for ${name}`;
  return `${RATE_WORDS[pair.rate]} ${say(pair.worse)}, ${say(pair.better)}`;
}

/** The champion's value on the same groups; null where there is none. */
function championPoint(metric: FairnessMetric, groups: readonly GroupEvidence[]): number | null {
  const named = groups.flatMap((group) =>
    group.champion ? [{ name: groupName(group), counts: group.champion }] : [],
  );
  if (named.length < groups.length) return null;
  const value = measureFairness(metric, named);
  return isDefined(value) ? value : null;
}

function candidateOf(group: GroupEvidence): NamedGroup {
  return { name: groupName(group), counts: group.candidate };
}

/** A failure among the large groups stands; anything else leaves the small ones open. */
function withSmallGroups(verdict: Verdict, small: readonly string[]): Verdict {
  if (small.length === 0 || verdict.status === 'fail') return verdict;
  return {
    status: 'inconclusive',
    reason: `${verdict.reason}; groups too small to tell: ${list(small)}`,
    wouldSettle: `a holdout with at least ${SMALLEST_SHARE_ROWS} rows for every rate of every group (or coarser groups)`,
  };
}

/** What the group lacks, such as `Guam (3 positive rows)`; undefined when it has enough. */
function shortage(metric: FairnessMetric, { name, counts }: NamedGroup): string | undefined {
  const rate = metric.rates.find((each) => rateRows[each](counts) < SMALLEST_SHARE_ROWS);
  return rate && `${name} (${rateRows[rate](counts)} ${rateRowsName[rate]})`;
}

function estimateOf(metric: FairnessMetric, groups: readonly NamedGroup[], seed: string): Estimate {
  const { point, interval } = estimateFairness(metric, groups, seededRandom(seed));
  if (!isDefined(point)) return { point: null, low: null, high: null, reason: point.reason.slice(0, 500) };
  return { point, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Chance from digests (design §10): the same evidence is judged the same, always. */
function seedOf({ candidate, holdout }: EvaluationPredicate): string {
  return `${candidate} ${holdout.digest}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join('; ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
