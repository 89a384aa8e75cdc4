/**
 * The bias gate: gaps between groups, from each group's confusion counts, or from its estimate of another metric. A group too small to
 * tell makes the verdict inconclusive, unless the other groups alone fail already: more groups can only widen a gap.
 */

import { seededRandom } from '../chance.ts';
import { type BiasGate, comparedTo, groupMetricOf, kindOf, rateComparison } from '../config/gates/bias.ts';
import { groupColumnName } from '../config/group-column.ts';
import type { ModelConfig } from '../config/model.ts';
import { groupingOf } from '../evaluation/groups.ts';
import type { Estimate } from '../evidence/estimate.ts';
import { type EvaluationPredicate, judgedRows } from '../evidence/evaluation.ts';
import type { GroupEvidence, GroupMetricEvidence } from '../evidence/groups.ts';
import type { Gap } from '../fairness/gap.ts';
import { widestGap } from '../fairness/gap.ts';
import { estimateGap } from '../fairness/group-estimates.ts';
import { estimateFairness } from '../fairness/interval.ts';
import { type FairnessMetric, measureFairness, type NamedGroup } from '../fairness/metric.ts';
import { clustersBehind } from '../fairness/moments.ts';
import { rateRows, rates, rowsOf } from '../fairness/rates.ts';
import { worstPair } from '../fairness/worst-pair.ts';
import { type MetricName, metrics } from '../metrics/index.ts';
import { isDefined, type MetricValue } from '../metrics/metric.ts';
import type { Verdict } from '../verdict.ts';
import { largerGroups, openGroups, type Placed, placeGroups } from './bias-groups.ts';
import { biasTitle } from './bias-words.ts';
import { boundText, judgeLimit } from './limit.ts';
import { estimateText, number } from './number.ts';
import { type Bound, type GateResult, notMeasured, reportedOnly } from './result.ts';

export function judgeBias(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return gates.bias.flatMap((gate) => {
    const bounds: (Bound | null)[] = [];
    if (gate.max !== undefined) bounds.push({ atMost: gate.max });
    if (gate.min !== undefined) bounds.push({ atLeast: gate.min });
    if (bounds.length === 0) bounds.push(null);
    const measured = measure(evidence, gate);
    return bounds.map((bound) => judgeOne({ evidence, gate, measured }, bound));
  });
}

/** What the evidence says of a gate, whatever its limit. */
interface Measured {
  readonly estimate: Estimate;
  readonly champion: number | null;
  /** `true-positive rate 0.12 for size=small, 0.46 for size=large`: worst off first. */
  readonly pair: string | undefined;
  /** Groups that leave the verdict open. */
  readonly open: readonly string[];
  /** Whether the numbers know that rows of one cluster are not independent. */
  readonly clustered: boolean;
}

function judgeOne(
  {
    evidence,
    gate,
    measured,
  }: {
    readonly evidence: EvaluationPredicate;
    readonly gate: BiasGate;
    readonly measured: Measured | undefined;
  },
  bound: Bound | null,
): GateResult {
  const what = biasTitle(gate);
  const by = groupingOf(gate).map(groupColumnName);
  const base = { gate: 'bias', name: what, subject: gate.metric, limit: bound, by } as const;
  if (!measured) return { ...base, estimate: null, verdict: absent(evidence, gate, by) };

  const { estimate, champion, pair, open, clustered } = measured;
  const result = { ...base, estimate, champion };
  const numbers = `${what} is ${estimateText(estimate)}`;
  if (!bound) {
    const aside = open.length > 0 ? `, without groups too small to tell (${list(open)})` : '';
    return { ...result, verdict: reportedOnly(`${numbers}${aside}`) };
  }
  const verdict = judgeLimit({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${numbers}, wanted ${boundText(bound)}`,
    rows: judgedRows(evidence),
  });
  if (evidence.clusters !== undefined && !clustered && gate.decide === 'interval') {
    return { ...result, verdict: unclustered(verdict) };
  }
  return { ...result, verdict: withOpenGroups(withPair(verdict, pair), gate, open) };
}

/** Evidence of a version that took rows of one cluster for independent ones. */
function unclustered({ reason }: Verdict): Verdict {
  return notMeasured(
    `${reason}; rows of one cluster are not independent, and the evidence does not say how groups vary from one to the next`,
    'evidence of an evaluation by this version',
  );
}

function absent({ task }: EvaluationPredicate, gate: BiasGate, by: readonly string[]): Verdict {
  const metric = groupMetricOf(gate);
  const held = metric === undefined ? 'groups' : `${metric} of groups`;
  const kind =
    metric === undefined ? 'a binary classification that groups' : `a task of ${metric} that measures it`;
  return notMeasured(
    `the evidence holds no ${held} by ${by.join(', ')} (task ${task})`,
    `evidence of an evaluation of ${kind} by ${by.join(', ')}`,
  );
}

/** What did not pass says who is hurt. */
function withPair(verdict: Verdict, pair: string | undefined): Verdict {
  if (!pair || verdict.status === 'pass') return verdict;
  return { ...verdict, reason: `${pair}; ${verdict.reason}` };
}

/** A failure among the large groups stands; anything else leaves the small ones open. */
function withOpenGroups(verdict: Verdict, gate: BiasGate, open: readonly string[]): Verdict {
  if (open.length === 0 || verdict.status === 'fail') return verdict;
  return {
    status: 'inconclusive',
    reason: `${verdict.reason}; groups too small to tell: ${list(open)}`,
    wouldSettle: largerGroups(gate),
  };
}

function measure(evidence: EvaluationPredicate, gate: BiasGate): Measured | undefined {
  const by = JSON.stringify(groupingOf(gate).map(groupColumnName));
  const isOurs = (table: { readonly by: readonly string[] }) => JSON.stringify(table.by) === by;
  const metric = groupMetricOf(gate);
  if (metric !== undefined) {
    const table = (evidence.groupMetrics ?? []).find((one) => one.metric === metric && isOurs(one));
    return table && table.groups.length > 0 ? ofMetric(evidence, gate, metric, table) : undefined;
  }
  const comparison = rateComparison(gate);
  const table = evidence.groups.find(isOurs);
  return comparison && table && table.groups.length > 0
    ? ofRates(comparison, { gate, groups: table.groups, seed: `${seedOf(evidence)} ${biasTitle(gate)}` })
    : undefined;
}

function ofRates(
  metric: FairnessMetric,
  {
    gate,
    groups,
    seed,
  }: { readonly gate: BiasGate; readonly groups: readonly GroupEvidence[]; readonly seed: string },
): Measured {
  const placed = placeGroups(
    gate,
    groups.map((group) => ({
      values: group.values,
      rows: rowsOf(countsOf(group)),
      fewOf: fewOf(metric, gate, group),
    })),
  );
  const named = (counts: (group: GroupEvidence) => NamedGroup['counts'] | null): readonly NamedGroup[] =>
    groups.flatMap((group, index) => {
      const place = placed[index];
      const own = counts(group);
      return place && own ? [{ ...place, counts: own, aside: place.lacks !== undefined }] : [];
    });
  const ours = named(({ candidate }) => candidate).map((group, index) => ({
    ...group,
    weighing: groups[index]?.weighing,
    clustering: groups[index]?.clustering,
  }));
  const theirs = named(({ champion }) => champion);
  const { point, interval } = estimateFairness(metric, ours, seededRandom(seed));
  return {
    estimate: estimateOf(point, interval),
    champion: theirs.length === groups.length ? definedOr(measureFairness(metric, theirs)) : null,
    pair: ratePair(
      metric,
      ours.map((group, index) => ({ ...group, name: placed[index]?.says ?? group.name })),
    ),
    open: openGroups(gate, placed),
    clustered: groups.every(({ clustering }) => clustering),
  };
}

/** Rows behind the counts, not their weights. */
function countsOf({ candidate, weighing }: GroupEvidence) {
  return weighing?.rows ?? candidate;
}

/** `3 positive rows`, where one of the rates is a share of too few. */
function fewOf(metric: FairnessMetric, gate: BiasGate, group: GroupEvidence): string | undefined {
  for (const rate of metric.rates) {
    if ('ofAll' in rates[rate]) continue;
    const rows = rateRows(rate, countsOf(group));
    if (rows < gate['min-positives']) return `${rows} ${rates[rate].rows}`;
    const clusters = clustersBehind(rate, {
      name: '',
      counts: group.candidate,
      clustering: group.clustering,
    });
    if (clusters !== undefined && clusters < gate['min-positives']) {
      return `${rates[rate].rows} in clusters that vary as ${Math.floor(clusters)} of one size would`;
    }
  }
  return undefined;
}

function ratePair(metric: FairnessMetric, groups: readonly NamedGroup[]): string | undefined {
  const pair = worstPair(metric, groups);
  if (!pair) return undefined;
  return pairText(rates[pair.rate].words, pair, (value) => value.toFixed(2));
}

function pairText(
  what: string,
  { worse, better, level }: Pick<NonNullable<ReturnType<typeof worstPair>>, 'worse' | 'better' | 'level'>,
  say: (value: number) => string,
): string {
  const within = level === '' ? '' : ` within ${level}`;
  return `${what} ${say(worse.value)} for ${worse.name}, ${say(better.value)} for ${better.name}${within}`;
}

function ofMetric(
  evidence: EvaluationPredicate,
  gate: BiasGate,
  metric: MetricName,
  { groups }: GroupMetricEvidence,
): Measured {
  const placed = placeGroups(
    gate,
    groups.map(({ values, rows, rarer }) => ({
      values,
      rows,
      fewOf:
        metrics[metric].perClass && rarer !== undefined && rarer < gate['min-positives']
          ? `${rarer} rows of the rarer class`
          : undefined,
    })),
  );
  const compared = groups.flatMap(({ candidate, champion }, index) => {
    const place = placed[index];
    return place && place.lacks === undefined ? [{ ...place, estimate: candidate, champion }] : [];
  });
  const question = { kind: kindOf(gate), to: comparedTo(gate), what: metric };
  const overall = overallOf(evidence, gate, metric);
  const seed = seededRandom(`${seedOf(evidence)} ${biasTitle(gate)}`);
  const { point, gap, interval, noInterval } = estimateGap(question, compared, overall.candidate, seed);
  const rivals = compared.flatMap(({ name, level, reference, champion }) =>
    champion === null ? [] : [{ name, level, reference, value: champion }],
  );
  const theirs =
    rivals.length === compared.length ? widestGap(question, rivals, overall.champion) : undefined;
  return {
    estimate: estimateOf(point, interval, noInterval),
    champion: theirs && 'size' in theirs ? theirs.size : null,
    pair: gap && metricPair(metric, gap, placed),
    open: openGroups(gate, placed),
    // Intervals have named their method since they know of clusters.
    clustered: groups.every(({ candidate: { low, method } }) => low === null || method !== undefined),
  };
}

function metricPair(metric: MetricName, { low, high, level }: Gap, placed: readonly Placed[]): string {
  const say = ({ name, value }: Gap['low']) => ({
    name: placed.find((place) => place.name === name)?.says ?? name,
    value,
  });
  const [worse, better] = metrics[metric].better === 'higher' ? [low, high] : [high, low];
  return pairText(metric, { worse: say(worse), better: say(better), level }, number);
}

/** The metric on all rows, by level of the control features. */
function overallOf(evidence: EvaluationPredicate, gate: BiasGate, metric: MetricName) {
  const candidate = new Map<string, Estimate>();
  const champion = new Map<string, number>();
  const control = gate.control?.map(groupColumnName);
  if (!control) {
    const all = evidence.metrics.find((measured) => measured.metric === metric);
    if (all) candidate.set('', all.candidate);
    if (all?.champion && all.champion.point !== null) champion.set('', all.champion.point);
    return { candidate, champion };
  }
  const table = (evidence.groupMetrics ?? []).find(
    (one) => one.metric === metric && JSON.stringify(one.by) === JSON.stringify(control),
  );
  const levels = placeGroups(
    { ...gate, by: [], control: gate.control },
    (table?.groups ?? []).map(({ values, rows }) => ({ values, rows, fewOf: undefined })),
  );
  for (const [index, { level }] of levels.entries()) {
    const group = table?.groups[index];
    if (group) candidate.set(level, group.candidate);
    if (group && group.champion !== null) champion.set(level, group.champion);
  }
  return { candidate, champion };
}

function estimateOf(
  point: MetricValue,
  interval: { readonly low: number; readonly high: number } | undefined,
  noInterval?: string,
): Estimate {
  if (!isDefined(point)) return { point: null, low: null, high: null, reason: point.reason.slice(0, 500) };
  const reason = noInterval === undefined ? {} : { reason: noInterval.slice(0, 500) };
  return { point, low: interval?.low ?? null, high: interval?.high ?? null, ...reason };
}

function definedOr(value: MetricValue): number | null {
  return isDefined(value) ? value : null;
}

/** Chance from digests (design §10): the same evidence is judged the same, always. */
function seedOf({ candidate, holdout }: EvaluationPredicate): string {
  return `${candidate} ${holdout.digest}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join('; ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
