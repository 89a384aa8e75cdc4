/** A model's alarm as an issue: what is out of its limit in the first line, then windows and numbers, then what is done about it. */

import type { MonitorKind, MonitorPredicate } from '../evidence/monitor.ts';
import { instantText, intervalText } from '../intervals/instant.ts';
import type { MonitorWindow, Retraining } from '../ports/store.ts';
import type { Outlook } from '../retraining/outlook.ts';
import type { AlarmNow } from '../watch/alarms.ts';
import { escapeMarkdown } from './escape.ts';
import { renderMonitor } from './monitor-text.ts';

export interface AlarmReport {
  readonly model: string;
  readonly version: string;
  readonly alarms: readonly AlarmNow[];
  readonly undecided: readonly MonitorKind[];
  /** Since when no prediction came; undefined while they come. */
  readonly silentSince: number | undefined;
  readonly outlook: Outlook;
  /** Newest first. */
  readonly windows: readonly MonitorWindow[];
  /** The newest window that alarmed, where none does any more: of whichever version. */
  readonly last?: MonitorWindow | undefined;
}

export function alarmMarker(model: string): string {
  return `<!-- mergeway:alarm:${model} -->`;
}

export function renderAlarm(report: AlarmReport): { readonly title: string; readonly body: string } {
  const { model, version, alarms, undecided, silentSince, outlook, windows } = report;
  const kinds = [...new Set([...alarms.map(({ kind }) => kind), ...undecided])];
  const what = [
    ...kinds.map((kind) => WORD[kind]),
    ...(silentSince === undefined ? [] : ['no predictions']),
    ...(outlook.status === 'stuck' || outlook.status === 'trouble' ? ['retraining needs a person'] : []),
  ];
  const [newest, ...older] = windowsOf(alarms);
  const lead = [since(windows, alarms), outlookText(model, outlook), ways(model, report)].filter(
    (part) => part !== '',
  );
  const body = [
    alarmMarker(model),
    alarms.length === 0 ? `**\`${model}\` ${escapeMarkdown(version)}: ${what.join(', ')}.**` : '',
    ...(newest ? [renderMonitor(newest.result, before(windows, newest), lead)] : []),
    ...older.map((window) => renderMonitor(window.result, before(windows, window))),
    silentSince === undefined ? '' : `No prediction was logged since ${instantText(silentSince)}.`,
    undecided.length === 0
      ? ''
      : `Not over, since no window could tell since: ${undecided.map((kind) => WORD[kind]).join(', ')}.`,
    ...(newest ? [] : lead),
    whatAlarmed(report),
  ];
  return { title: `${model}: ${what.join(', ')}`, body: body.filter((part) => part !== '').join('\n\n') };
}

/** What the alarm was about, folded: an issue that is over, or waits, still says it. */
export function whatAlarmed({ last }: Pick<AlarmReport, 'last'>): string {
  if (!last) return '';
  return `<details><summary>What alarmed</summary>\n\n${renderMonitor(last.result)}\n\n</details>`;
}

/** How many windows in a row alarm, the newest of them included. */
function since(windows: readonly MonitorWindow[], alarms: readonly AlarmNow[]): string {
  const newest = Math.max(...alarms.map(({ window }) => window.from));
  const told = windows.filter(({ from, result }) => from <= newest && result.verdict !== 'inconclusive');
  const end = told.findIndex(({ result }) => result.verdict !== 'fail');
  const row = end < 0 ? told : told.slice(0, end);
  const first = row.at(-1);
  if (!first || row.length < 2) return '';
  return `**Since** ${instantText(first.from)}: ${row.length} windows in a row.`;
}

/** What a person can do, and what happens when nobody does. */
function ways(model: string, { version, outlook }: AlarmReport): string {
  const trains = outlook.status === 'under-way' ? [] : [`\`/mergeway retrain ${model}\` trains it again now`];
  const all = [
    ...trains,
    `\`/mergeway rollback ${model}\` takes the version before back`,
    `\`/mergeway snooze ${model} 7d\` keeps this quiet`,
  ];
  return `${escapeMarkdown(version)} goes on serving. ${all.join(', ')}. The issue closes by itself when it is over.`;
}

const WORD: Readonly<Record<MonitorKind, string>> = {
  drift: 'drift',
  performance: 'performance',
  skew: 'training-serving skew',
  volume: 'volume',
  range: 'values out of range',
};

/** What the issue says when it closes. */
export function renderAllClear({
  model,
  version,
  windows: [newest],
}: Pick<AlarmReport, 'model' | 'version' | 'windows'>): string {
  const window = newest ? ` The window ${intervalText(newest)} has no alarm.` : '';
  return `**Over:** \`${model}\` ${escapeMarkdown(version)} is within its limits.${window}`;
}

/** Each window that alarms once, the newest first. */
function windowsOf(alarms: readonly AlarmNow[]): readonly MonitorWindow[] {
  const byBegin = new Map(alarms.map(({ window }) => [window.from, window]));
  return [...byBegin.values()].sort((a, b) => b.from - a.from);
}

function before(windows: readonly MonitorWindow[], { from }: MonitorWindow): readonly MonitorPredicate[] {
  return windows.filter((window) => window.from < from).map(({ result }) => result);
}

function outlookText(model: string, outlook: Outlook): string {
  switch (outlook.status) {
    case 'none':
      return '';
    case 'under-way':
      return `**Retraining:** ${underWay(outlook.retraining)}`;
    case 'waits': {
      const until = outlook.until === undefined ? '' : `, until ${instantText(outlook.until)}`;
      return `**Retraining** waits: ${outlook.reason}${until}.`;
    }
    case 'stuck':
      return `**Retraining:** ${stuck(model, outlook.retraining)}`;
    case 'trouble':
      return `**Retraining** can't go on: ${escapeMarkdown(outlook.error.message, 2000)} (\`${outlook.error.code}\`). ${outlook.error.remedy}`;
  }
}

function underWay({ state, pullRequest, from, to, failedGates, reason }: Retraining): string {
  const data = `on data to ${instantText(from)}, judged on ${intervalText({ from, to })}`;
  if (state === 'open') {
    return `#${pullRequest}, ${data}.${reason === '' ? '' : ` It waits: ${escapeMarkdown(reason)}.`}`;
  }
  if (state === 'decided') return `under way, ${data}.`;
  if (state === 'merged') return `#${pullRequest} was merged, ${data}.`;
  const gates = failedGates.map((gate) => escapeMarkdown(gate)).join(', ');
  return `#${pullRequest} was closed${gates === '' ? '' : `: it did not pass (${gates})`}.`;
}

function stuck(model: string, { state, reason, from, to, failedGates, pullRequest }: Retraining): string {
  const why = escapeMarkdown(reason, 2000);
  const again = `\`/mergeway retrain ${model}\``;
  if (state === 'given-up') {
    const gates = failedGates.map((gate) => escapeMarkdown(gate)).join(', ');
    return `the same failed twice in a row (${gates}), last in #${pullRequest}: ${why}. Nothing follows by itself: merge a change to \`${model}\`, or write ${again}.`;
  }
  return `the data of ${intervalText({ from, to })} did not become a pull request: ${why}. The next interval is tried by itself, or this one again by ${again}.`;
}
