/**
 * A window's result as Markdown, for the issue that an alarm opens: what alarms in the first line, then performance with its course over past
 * windows, the worst columns, and by what limits it was judged. Every name and reason is somebody's data, and escaped.
 */

import { shortDigest } from '../digest.ts';
import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import { worstFirst } from '../monitor/worst-first.ts';
import { estimateText, number } from '../gates/number.ts';
import { counted } from '../plural.ts';
import { percent } from '../skew/share.ts';
import { escapeMarkdown } from './escape.ts';
import { metricChart } from './monitor-chart.ts';
import { headline, isDrift, seenBy } from './monitor-headline.ts';
import { table } from './tables.ts';
import { SYMBOL } from './words.ts';

/** Columns that are shown; the evidence holds all. */
const MOST_COLUMNS = 15;

/** The newest window, and windows before it for the chart, in any order; `between` stands below the first two lines. */
export function renderMonitor(
  window: MonitorPredicate,
  past: readonly MonitorPredicate[] = [],
  between: readonly string[] = [],
): string {
  const others = past.filter(({ window: { from } }) => from !== window.window.from);
  return [
    headline(window),
    facts(window),
    ...between,
    performanceTable(window.checks),
    ...charted(window.checks).map((metric) => metricChart([...others, window], metric)),
    skewTable(window.checks),
    columnsTable(window.checks),
    volumeTable(window.checks),
    footer(window),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function facts({ window, rows, labelled, missing }: MonitorPredicate): string {
  const when = window.from === '' ? '' : `${timeText(window.from)} to ${timeText(window.to)} UTC: `;
  const lost = missing > 0 ? `, at most ${missing.toLocaleString('en-US')} lost` : '';
  return `${when}${counted(rows, 'prediction')}, ${counted(labelled, 'label')}${lost}.`;
}

/** `2013-06-04 00:00`; what is no time is somebody's text. */
function timeText(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at)
    ? escapeMarkdown(text, 50)
    : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** Metrics that alarm; all of them where none does. */
function charted(checks: readonly MonitorCheck[]): readonly string[] {
  const own = checks.filter(({ kind }) => kind === 'performance');
  const failed = own.filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
  return [...new Set((failed.length > 0 ? failed : own).map(({ subject }) => subject))];
}

function performanceTable(checks: readonly MonitorCheck[]): string {
  const own = checks.filter(({ kind }) => kind === 'performance');
  if (own.length === 0) return '';
  return table(
    ['performance', 'its holdout', 'now (95 %)', 'limit', 'verdict', ''],
    own.map((check) => [
      escapeMarkdown(check.subject, 100),
      numberOrDash(check.reference),
      times(check, interval(check)),
      `${SIDE[check.measure] ?? ''}${times(check, numberOrDash(check.threshold))}`,
      verdictOf(check),
      check.verdict === 'pass' || check.verdict === 'fail' ? '' : escapeMarkdown(check.reason, 300),
    ]),
  );
}

/** What is served otherwise than computed offline, the worst first, with the likely cause; then what could not be told, and what is equal. */
function skewTable(checks: readonly MonitorCheck[]): string {
  const skew = checks.filter(({ kind }) => kind === 'skew');
  if (skew.length === 0) return '';
  const equal = skew.filter(({ verdict }) => verdict === 'pass').length;
  const shown = skew.filter(({ verdict }) => verdict !== 'pass');
  const rest = shown.length - MOST_COLUMNS;
  const note = [
    ...(rest > 0 ? [`${rest} more in the evidence`] : []),
    `${equal} of ${skew.length} are as computed offline`,
  ].join('; ');
  if (shown.length === 0) return `Training-serving skew: ${note}.`;
  const rows = shown
    .slice(0, MOST_COLUMNS)
    .map((check) => [
      escapeMarkdown(check.subject, 100),
      check.statistic === null ? '–' : percent(check.statistic),
      check.threshold === null ? '–' : percent(check.threshold),
      check.verdict === 'skipped' ? `${SYMBOL.skipped} not compared` : verdictOf(check),
      escapeMarkdown(check.reason, 300),
    ]);
  return `${table(['training-serving skew', 'differ', 'limit', 'verdict', ''], rows)}\n\n${note}.`;
}

const SIDE: Readonly<Record<string, string>> = { min: 'at least ', max: 'at most ' };

/** A ratio's numbers are times the holdout's value, and must not be read as the metric's own. */
function times({ measure, statistic }: MonitorCheck, text: string): string {
  return measure === 'ratio' && statistic !== null ? `${text} × its holdout's` : text;
}

/** The worst check of each column that did not stay, then how many stayed. */
function columnsTable(checks: readonly MonitorCheck[]): string {
  const drift = checks.filter(isDrift);
  const worst = new Map<string, MonitorCheck>();
  for (const check of worstFirst(drift)) if (!worst.has(check.subject)) worst.set(check.subject, check);
  const shown = [...worst.values()].filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  const stayed = [...worst.values()].filter(({ verdict }) => verdict === 'pass').length;
  if (worst.size === 0) return '';

  const rest = shown.length - MOST_COLUMNS;
  const note = [
    ...(rest > 0 ? [`${rest} more in the evidence`] : []),
    `${counted(stayed, 'column')} stayed, predictions included`,
  ].join('; ');
  if (shown.length === 0) return `Drift: ${note}.`;
  const shownTable = table(
    ['column', 'what', 'statistic', 'limit', 'verdict', 'holdout → now'],
    shown
      .slice(0, MOST_COLUMNS)
      .map((check) => [
        escapeMarkdown(check.subject, 100),
        [...new Set([seenBy(check), escapeMarkdown(check.measure, 50)])].join(', '),
        numberOrDash(check.statistic),
        numberOrDash(check.threshold),
        verdictOf(check),
        escapeMarkdown(check.reason, 300),
      ]),
  );
  return `${shownTable}\n\n${note}.`;
}

function volumeTable(checks: readonly MonitorCheck[]): string {
  // How many were lost stands beside the number of rows already.
  const open = checks.filter(
    ({ kind, measure, verdict }) => kind === 'volume' && measure !== 'lost' && verdict !== 'pass',
  );
  return open
    .map(
      (check) =>
        `- ${SYMBOL[check.verdict]} ${escapeMarkdown(check.measure, 50)}: ${escapeMarkdown(check.reason, 300)}`,
    )
    .join('\n');
}

function verdictOf({ verdict, alarm }: MonitorCheck): string {
  if (verdict === 'fail') return alarm ? `${SYMBOL.fail} alarm` : '🔸 shown, no alarm';
  if (verdict === 'inconclusive') return `${SYMBOL.inconclusive} could not tell`;
  return verdict === 'pass' ? `${SYMBOL.pass} stayed` : `${SYMBOL.skipped} no limit`;
}

function footer({ reference, policy, falseAlarms, mergeway }: MonitorPredicate): string {
  const parts = [
    `by chance alone at most ${counted(falseAlarms, 'alarm')} a month, all columns and checks together`,
    'rows that share a cause (the weather of a day) are not independent, and drift more than this says',
    `reference profile \`${shortDigest(reference)}\``,
    `policy \`${shortDigest(policy)}\``,
    `Mergeway ${escapeMarkdown(mergeway, 50)}`,
  ];
  return `<sub>${parts.join(' · ')}</sub>`;
}

function interval({ statistic, low, high }: MonitorCheck): string {
  return statistic === null ? '–' : estimateText({ point: statistic, low, high });
}

function numberOrDash(value: number | null): string {
  return value === null ? '–' : number(value);
}
