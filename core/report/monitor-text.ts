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
import { table } from './tables.ts';
import { SYMBOL } from './words.ts';

/** Columns that are shown; the evidence holds all. */
const MOST_COLUMNS = 15;

const WORDS: Readonly<Record<MonitorPredicate['verdict'], string>> = {
  fail: 'alarms',
  inconclusive: 'can not be judged in full',
  pass: 'is as it was evaluated',
  skipped: 'has nothing to be judged by',
};

/** The newest window, and windows before it for the chart, in any order. */
export function renderMonitor(window: MonitorPredicate, past: readonly MonitorPredicate[] = []): string {
  const others = past.filter(({ window: { from } }) => from !== window.window.from);
  return [
    headline(window),
    facts(window),
    performanceTable(window.checks),
    ...metricsOf(window.checks).map((metric) => metricChart([...others, window], metric)),
    skewTable(window.checks),
    columnsTable(window.checks),
    volumeTable(window.checks),
    footer(window),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `❌ **flights v1.2.0 alarms:** log_loss 1.44 × its holdout's …; 2 columns moved`: one line, without a line break. */
function headline({ model, version, verdict, checks }: MonitorPredicate): string {
  const name = escapeMarkdown(version ? `${model} ${version}` : model, 100);
  const reasons = alarmsOf(checks);
  const what = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `${SYMBOL[verdict]} **${name} ${WORDS[verdict]}**${what}.`;
}

function alarmsOf(checks: readonly MonitorCheck[]): readonly string[] {
  const alarms = worstFirst(checks).filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
  const told = alarms
    .filter(({ kind }) => kind === 'performance' || kind === 'volume')
    .map(({ reason }) => escapeMarkdown(reason, 300));
  const skewed = named(alarms.filter(({ kind }) => kind === 'skew'));
  const moved = named(alarms.filter(isDrift));
  return [
    ...told,
    ...(skewed === '' ? [] : [`served otherwise than computed offline: ${skewed}`]),
    ...(moved === '' ? [] : [`moved: ${moved}`]),
  ];
}

/** The first few subjects of checks, and how many more. */
function named(checks: readonly MonitorCheck[]): string {
  const subjects = [...new Set(checks.map(({ subject }) => subject))];
  const first = subjects.slice(0, 3).map((subject) => escapeMarkdown(subject, 60));
  return `${first.join(', ')}${subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''}`;
}

function isDrift({ kind }: MonitorCheck): boolean {
  return kind === 'drift' || kind === 'range';
}

function facts({ window, rows, labelled, missing }: MonitorPredicate): string {
  const when = window.from === '' ? '' : `${escapeMarkdown(window.from)} to ${escapeMarkdown(window.to)}: `;
  const lost = missing > 0 ? `, at most ${missing.toLocaleString('en-US')} lost` : '';
  return `${when}${counted(rows, 'prediction')}, ${counted(labelled, 'label')}${lost}.`;
}

function metricsOf(checks: readonly MonitorCheck[]): readonly string[] {
  return [...new Set(checks.filter(({ kind }) => kind === 'performance').map(({ subject }) => subject))];
}

function performanceTable(checks: readonly MonitorCheck[]): string {
  const own = checks.filter(({ kind }) => kind === 'performance');
  if (own.length === 0) return '';
  return table(
    ['performance', 'reference', 'now', 'limit', 'verdict', ''],
    own.map((check) => [
      escapeMarkdown(
        check.measure === 'ratio' ? `${check.subject}, times its holdout's` : check.subject,
        100,
      ),
      numberOrDash(check.reference),
      interval(check),
      numberOrDash(check.threshold),
      verdictOf(check),
      escapeMarkdown(check.reason, 300),
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
    ['column', 'measure', 'statistic', 'limit', 'verdict', 'reference → now'],
    shown
      .slice(0, MOST_COLUMNS)
      .map((check) => [
        escapeMarkdown(check.subject, 100),
        escapeMarkdown(check.measure, 50),
        numberOrDash(check.statistic),
        numberOrDash(check.threshold),
        verdictOf(check),
        escapeMarkdown(check.reason, 300),
      ]),
  );
  return `${shownTable}\n\n${note}.`;
}

function volumeTable(checks: readonly MonitorCheck[]): string {
  const open = checks.filter(({ kind, verdict }) => kind === 'volume' && verdict !== 'pass');
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
