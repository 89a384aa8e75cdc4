/** A comparison for people: the worst columns first, each with a bar of how far it went. */

import { type ColumnDrift, type DriftReport, falseAlarmRate } from '#core/flows/drift.ts';

const TITLES = {
  fail: 'moved',
  inconclusive: 'could not tell',
  pass: 'stayed',
  skipped: 'skipped',
} as const;

const BAR = 10;

export function describeDrift({ verdict, columns }: DriftReport): string {
  const width = Math.min(40, Math.max(0, ...columns.map(({ column }) => column.length)));
  const moved = columns.filter((column) => column.verdict === 'fail').length;
  const lines = columns.map((column) => {
    const name = printable(column.column).padEnd(width);
    return `  ${name} ${barOf(column)} ${TITLES[column.verdict].padEnd(14)} ${printable(column.reason)}`;
  });
  const auto = columns.some(({ method }) => method === 'psi_deciles') ? [falseAlarmRate()] : [];
  return [`${TITLES[verdict]}: ${moved} of ${columns.length} columns moved`, ...lines, ...auto].join('\n');
}

/** Full at twice the threshold of a distance, or where a test is certain. */
function barOf({ statistic, threshold, p_value, method, verdict }: ColumnDrift): string {
  const isTest = p_value !== null && method !== 'psi_deciles';
  const share = isTest ? 1 - p_value : (statistic ?? 0) / (2 * (threshold ?? 1) || 1);
  const full = verdict === 'skipped' ? 0 : Math.round(BAR * Math.min(1, Math.max(0, share)));
  return '█'.repeat(full) + '·'.repeat(BAR - full);
}

/** Names and values come from the data: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�');
}
