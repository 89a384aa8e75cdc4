/** The report's tables: metrics, bias with per-group counts, latency and data, all metrics. Cells are escaped here. */

import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { Confusion, GroupEvidence, GroupMetricEvidence } from '../evidence/groups.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { rateOf, rowsOf } from '../fairness/rates.ts';
import { groupName } from '../gates/bias-words.ts';
import { limitOf } from '../gates/limit.ts';
import { estimateText, measuredText, number, signed } from '../gates/number.ts';
import type { Bound, GateName, GateResult } from '../gates/result.ts';
import { isDefined } from '../metrics/metric.ts';
import { escapeMarkdown } from './escape.ts';
import { verdictCell } from './words.ts';

/** A Markdown table. Cells are ready Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : ':--'))), ...rows.map(line)].join(
    '\n',
  );
}

/**
 * One row per judged metric of all rows or of a slice: champion, candidate, difference with interval, limits and verdict. Empty without
 * benchmark gates.
 */
export function metricsTable(evaluation: EvaluationPredicate, results: readonly GateResult[]): string {
  const judged = results.filter(({ gate }) => gate === 'benchmark');
  const rows = new Map(judged.map((result) => [rowName(result), result]));
  if (rows.size === 0) return '';
  return table(
    ['metric', 'champion', 'candidate (95 %)', 'difference (95 %)', 'limit', 'verdict'],
    [...rows].map(([name, { subject, slice }]) => {
      const own = judged.filter((result) => rowName(result) === name);
      const measured = measuredOn(evaluation, slice)?.find(({ metric }) => metric === subject);
      return [...metricCells(name, measured), own.map(limitText).join('<br>'), verdictText(own)];
    }),
  );
}

/** `recall`, `recall of slice new customers`. */
function rowName({ subject, slice }: GateResult): string {
  return slice === undefined ? subject : `${subject} of slice ${slice}`;
}

function measuredOn(
  { metrics, slices }: EvaluationPredicate,
  slice: string | undefined,
): readonly MetricEvidence[] | undefined {
  return slice === undefined ? metrics : slices?.find(({ name }) => name === slice)?.metrics;
}

/** Every metric that was measured, judged or not. */
export function allMetricsTable({ metrics }: EvaluationPredicate): string {
  return table(
    ['metric', 'champion (95 %)', 'candidate (95 %)', 'difference (95 %)'],
    metrics.map((measured) => [
      escapeMarkdown(measured.metric),
      measured.champion ? estimateText(measured.champion) : '–',
      estimateText(measured.candidate) + reasonText(measured.candidate),
      measured.difference ? estimateText(measured.difference, signed) : '–',
    ]),
  );
}

/** One row per result of these gates: what was asked, what was measured, the verdict. Empty when they have none. */
export function gateTable(results: readonly GateResult[], ...gates: readonly GateName[]): string {
  const own = results.filter(({ gate }) => gates.includes(gate));
  const [gate] = [...new Set(own.map((result) => result.gate))];
  if (gate === undefined) return '';
  return table(
    [gate, ...(gate === 'bias' ? ['champion'] : []), 'measured (95 %)', 'limit', 'verdict'],
    own.map((result) => [
      escapeMarkdown(result.name),
      ...(gate === 'bias' ? [result.champion == null ? '–' : number(result.champion)] : []),
      result.estimate ? `${measuredText(result.gate, result.estimate)}${unitOf(result)}` : '–',
      limitText(result),
      verdictText([result]),
    ]),
  );
}

/** What contracts said of the training data: words, where other gates have a number and a limit. Empty without them. */
export function dataTable(results: readonly GateResult[]): string {
  const own = results.filter(({ gate }) => gate === 'data');
  if (own.length === 0) return '';
  return table(
    ['data', 'found', 'verdict'],
    own.map((result) => [
      escapeMarkdown(result.name),
      escapeMarkdown(result.verdict.reason, 500),
      verdictText([result]),
    ]),
  );
}

/** Counts and rates of each group, most rows first; beyond `most` groups the rest is counted, not shown. */
export function groupsTable(groups: readonly GroupEvidence[], by: readonly string[], most: number): string {
  const ordered = [...groups].sort((a, b) => rowsOf(rowCounts(b)) - rowsOf(rowCounts(a)));
  const shown = ordered
    .slice(0, most)
    .map((group) => [
      escapeMarkdown(groupName(group), 100),
      rowsOf(rowCounts(group)).toLocaleString('en-US'),
      positivesText(group),
      rateText('selection_rate', group),
      rateText('true_positive_rate', group),
      rateText('false_positive_rate', group),
    ]);
  const head = [
    escapeMarkdown(by.join(', '), 100),
    'rows',
    'positive',
    'selected',
    'true-positive rate',
    'false-positive rate',
  ];
  return table(head, shown) + othersNote(groups.length - shown.length);
}

/** A metric of each group, most rows first. */
export function groupMetricTable({ by, metric, groups }: GroupMetricEvidence, most: number): string {
  const shown = [...groups]
    .sort((a, b) => b.rows - a.rows)
    .slice(0, most)
    .map(({ values, rows, candidate, champion }) => [
      escapeMarkdown(groupName({ values }), 100),
      rows.toLocaleString('en-US'),
      estimateText(candidate) + reasonText(candidate),
      champion === null ? '–' : number(champion),
    ]);
  const head = [escapeMarkdown(by.join(', '), 100), 'rows', `${escapeMarkdown(metric)} (95 %)`, 'champion'];
  return table(head, shown) + othersNote(groups.length - shown.length);
}

function othersNote(rest: number): string {
  return rest > 0 ? `\n\n…and ${rest.toLocaleString('en-US')} smaller groups, in the evidence.` : '';
}

/** Rows, where counts are sums of weights. */
function rowCounts({ candidate, weighing }: GroupEvidence): Confusion {
  return weighing?.rows ?? candidate;
}

/** `120 (30.0 %)`: the base rate, of weights where rows have them. */
function positivesText(group: GroupEvidence): string {
  const { tp, fn } = rowCounts(group);
  const share = rateOf('base_rate', group.candidate);
  const percent = isDefined(share) ? ` (${(100 * share).toFixed(1)} %)` : '';
  return `${(tp + fn).toLocaleString('en-US')}${percent}`;
}

function metricCells(name: string, measured: MetricEvidence | undefined): readonly string[] {
  return [
    escapeMarkdown(name),
    measured?.champion?.point == null ? '–' : number(measured.champion.point),
    measured ? estimateText(measured.candidate) : 'not measured',
    measured?.difference ? estimateText(measured.difference, signed) : '–',
  ];
}

function reasonText({ point, reason }: MetricEvidence['candidate']): string {
  return point === null && reason ? ` (${escapeMarkdown(reason, 100)})` : '';
}

function limitText(result: GateResult): string {
  const { limit, gate, name } = result;
  if (!limit) return '–';
  if (gate === 'benchmark' && name.endsWith('versus champion')) return changeText(limit);
  return `${'atLeast' in limit ? '≥' : '≤'} ${limitOf(limit)}${unitOf(result)}`;
}

/** `worse by ≤ 0.01` of a margin, `better by ≥ 0.005` of a gain. */
function changeText(limit: Bound): string {
  const value = limitOf(limit);
  const isGain = 'atLeast' in limit ? value > 0 : value < 0;
  return `${isGain ? 'better by ≥' : 'worse by ≤'} ${Math.abs(value)}`;
}

const UNITS: Readonly<Partial<Record<GateName, string>>> = {
  latency: ' ms',
  throughput: '/s',
  size: ' MB',
  memory: ' MB',
  'load-time': ' ms',
};

/** Of what runs: its own unit, or multiples of the champion's; everything else is a bare number. */
function unitOf({ gate, name }: GateResult): string {
  const unit = UNITS[gate];
  if (unit === undefined) return '';
  return name.endsWith('versus champion') ? ' ×' : unit;
}

/** A line for each limit, in the order of the limits' own lines. */
function verdictText(results: readonly GateResult[]): string {
  return results.map(({ verdict }) => verdictCell(verdict)).join('<br>');
}

/** The candidate's rate, and the champion's where it was measured. */
function rateText(rate: Parameters<typeof rateOf>[0], { candidate, champion }: GroupEvidence): string {
  const say = (counts: Confusion) => {
    const value = rateOf(rate, counts);
    return isDefined(value) ? value.toFixed(3) : 'undefined';
  };
  return champion ? `${say(candidate)} (champion ${say(champion)})` : say(candidate);
}
