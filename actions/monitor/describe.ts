/** A monitor's windows for people: of one window every check, the worst first; of several a line each and what alarmed. */

import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import { worstFirst } from '#core/monitor/worst-first.ts';
import { counted } from '#core/plural.ts';

const WORDS = { fail: 'ALARM', inconclusive: 'could not tell', pass: 'stayed', skipped: 'skipped' } as const;

/** Checks of a window that are shown; the others are counted. */
const MOST_SHOWN = 40;

export function describeMonitor(windows: readonly MonitorPredicate[]): string {
  const [only] = windows;
  if (only && windows.length === 1) return [headline(only), ...checkLines(only), budget(only)].join('\n');
  return [...windows.map(windowLine), ...windows.slice(0, 1).map(budget)].join('\n');
}

function headline({ model, version, window, rows, labelled, verdict, checks }: MonitorPredicate): string {
  const alarms = checks.filter((check) => check.verdict === 'fail' && check.alarm).length;
  const when = window.from === '' ? '' : ` from ${window.from} to ${window.to}`;
  const what = verdict === 'fail' ? counted(alarms, 'alarm') : WORDS[verdict];
  return `${what}: ${model}${version ? ` ${version}` : ''}${when}, ${counted(rows, 'prediction')}, ${counted(labelled, 'label')}`;
}

function checkLines({ checks }: MonitorPredicate): readonly string[] {
  const sorted = worstFirst(checks);
  const shown = sorted.slice(0, MOST_SHOWN);
  const width = Math.min(40, Math.max(0, ...shown.map(({ subject }) => subject.length)));
  const rest = sorted.length - shown.length;
  return [...shown.map((check) => checkLine(check, width)), ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function checkLine({ subject, measure, verdict, reason, alarm }: MonitorCheck, width: number): string {
  const word = verdict === 'fail' && !alarm ? 'moved' : WORDS[verdict];
  return `  ${printable(subject).padEnd(width)} ${measure.padEnd(14)} ${word.padEnd(14)} ${printable(reason)}`;
}

function windowLine(window: MonitorPredicate): string {
  const alarms = worstFirst(window.checks).filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
  const named = alarms.slice(0, 3).map(({ subject, measure }) => `${printable(subject)} ${measure}`);
  const more = alarms.length > 3 ? ` and ${alarms.length - 3} more` : '';
  const what = named.length > 0 ? `: ${named.join(', ')}${more}` : '';
  return `${window.window.from}  ${counted(window.rows, 'prediction').padStart(20)}  ${WORDS[window.verdict]}${what}`;
}

function budget({ falseAlarms }: MonitorPredicate): string {
  return `limits let chance alone raise at most ${counted(falseAlarms, 'alarm')} a month, all columns and checks together`;
}

/** Names and values come from the data: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�');
}
