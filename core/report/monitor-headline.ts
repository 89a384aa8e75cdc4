/** A window's verdict in one line, for whoever is woken by it: what is out of its limit and how far, in words. */

import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import { number } from '../gates/number.ts';
import { worstFirst } from '../monitor/worst-first.ts';
import { counted } from '../plural.ts';
import { escapeMarkdown } from './escape.ts';
import { SYMBOL } from './words.ts';

/** Columns and features that are named. */
const MOST_NAMED = 3;

const WORDS: Readonly<Record<MonitorPredicate['verdict'], string>> = {
  fail: 'alarms',
  inconclusive: 'can not be judged in full',
  pass: 'is as it was evaluated',
  skipped: 'has nothing to be judged by',
};

/** What a measure of drift sees, for people who have not read how it does. */
const SEES: Readonly<Record<string, string>> = {
  psi_deciles: 'distribution',
  ks: 'distribution',
  psi_categories: 'shares of values',
  unseen: 'new values',
  null_share: 'missing values',
  range: 'out of range',
};

/** `❌ **flights v1.2.0 alarms**: log_loss is 1.440 × its holdout's 0.3600, limit 1.300 ×; drift of amount (distribution).` */
export function headline({ model, version, verdict, checks }: MonitorPredicate): string {
  const name = escapeMarkdown(version ? `${model} ${version}` : model, 100);
  const reasons = alarmsOf(checks);
  const what = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `${SYMBOL[verdict]} **${name} ${WORDS[verdict]}**${what}.`;
}

/** What a check of drift sees, escaped. */
export function seenBy({ measure }: Pick<MonitorCheck, 'measure'>): string {
  return SEES[measure] ?? escapeMarkdown(measure, 50);
}

export function isDrift({ kind }: MonitorCheck): boolean {
  return kind === 'drift' || kind === 'range';
}

function alarmsOf(checks: readonly MonitorCheck[]): readonly string[] {
  const alarms = worstFirst(checks).filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
  const skewed = subjectsOf(alarms.filter(({ kind }) => kind === 'skew'));
  const moved = alarms.filter(isDrift);
  const columns = subjectsOf(moved, (column) => {
    const seen = moved.filter(({ subject }) => subject === column).map(seenBy);
    return ` (${[...new Set(seen)].join(', ')})`;
  });
  return [
    ...alarms.filter(({ kind }) => kind === 'performance').map(metricText),
    ...alarms.filter(({ kind }) => kind === 'volume').map(({ reason }) => escapeMarkdown(reason, 300)),
    ...(skewed === '' ? [] : [`served otherwise than computed offline: ${skewed}`]),
    ...(columns === '' ? [] : [`drift of ${columns}`]),
  ];
}

/** The first few subjects of checks, and how many more. */
function subjectsOf(checks: readonly MonitorCheck[], more: (subject: string) => string = () => ''): string {
  const subjects = [...new Set(checks.map(({ subject }) => subject))];
  const named = subjects
    .slice(0, MOST_NAMED)
    .map((subject) => `${escapeMarkdown(subject, 60)}${more(subject)}`);
  const rest = subjects.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${counted(rest, 'other column')}` : ''}`;
}

function metricText({ subject, measure, statistic, threshold, reference, reason }: MonitorCheck): string {
  if (statistic === null || threshold === null) return escapeMarkdown(reason, 300);
  const name = escapeMarkdown(subject, 100);
  if (measure === 'ratio') {
    const held = reference === null ? '' : ` ${number(reference)}`;
    return `${name} is ${number(statistic)} × its holdout's${held}, limit ${number(threshold)} ×`;
  }
  const held = reference === null ? '' : ` (${number(reference)} on its holdout)`;
  return `${name} is ${number(statistic)}${held}, limit ${measure === 'min' ? 'at least' : 'at most'} ${number(threshold)}`;
}
