/** A metric over past windows: the numbers with a bar each, which every reader sees, and Mermaid's chart of the same. */

import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import { estimateText, number } from '../gates/number.ts';
import { escapeMarkdown } from './escape.ts';
import { table } from './tables.ts';

/** Windows that a chart has room for. */
const MOST_WINDOWS = 30;

const BAR = 12;

interface Point {
  readonly label: string;
  readonly check: MonitorCheck;
  readonly value: number;
}

/** Of the metric's first limit, oldest window first; '' where fewer than two windows have a number. */
export function metricChart(windows: readonly MonitorPredicate[], metric: string): string {
  const points = pointsOf(windows, metric).slice(-MOST_WINDOWS);
  const [first] = points;
  if (!first || points.length < 2) return '';

  const unit = first.check.measure === 'ratio' ? `${metric}, times its holdout's value` : metric;
  return [`**${escapeMarkdown(unit)}, by window**`, numbersOf(points), mermaid(points, unit)].join('\n\n');
}

function pointsOf(windows: readonly MonitorPredicate[], metric: string): readonly Point[] {
  const sorted = [...windows].sort((a, b) => (a.window.from < b.window.from ? -1 : 1));
  const measure = sorted.flatMap(({ checks }) => checks.filter(isOf(metric)))[0]?.measure;
  return sorted.flatMap(({ window, checks }) => {
    const check = checks.find((one) => isOf(metric)(one) && one.measure === measure);
    if (!check || check.statistic === null) return [];
    return [{ label: window.from.slice(0, 16).replace('T', ' '), check, value: check.statistic }];
  });
}

function isOf(metric: string): (check: MonitorCheck) => boolean {
  return ({ kind, subject }) => kind === 'performance' && subject === metric;
}

function numbersOf(points: readonly Point[]): string {
  const most = Math.max(...points.map(({ value }) => Math.abs(value)));
  return table(
    ['window', 'value (95 %)', 'limit', ''],
    points.map(({ label, check, value }) => [
      escapeMarkdown(label),
      estimateText({ point: value, low: check.low, high: check.high }),
      check.threshold === null ? '–' : number(check.threshold),
      `\`${bar(most > 0 ? Math.abs(value) / most : 0)}\`${check.verdict === 'fail' ? ' ❌' : ''}`,
    ]),
  );
}

function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, share));
  return '█'.repeat(full) + '·'.repeat(BAR - full);
}

/** Quoted texts may hold no quote: letters, digits and a few signs are left of names. */
function mermaid(points: readonly Point[], unit: string): string {
  const limits = points.map(({ check }) => check.threshold);
  const values = points.map(({ value }) => value);
  const known = [...values, ...limits.filter((limit) => limit !== null)];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low || Math.abs(high) || 1) / 10;
  const line = (numbers: readonly (number | null)[]) =>
    `  line [${numbers.map((one) => plain(one ?? 0)).join(', ')}]`;
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${harmless(unit)}"`,
    `  x-axis [${points.map(({ label }) => `"${harmless(label.slice(5))}"`).join(', ')}]`,
    `  y-axis ${plain(low - room)} --> ${plain(high + room)}`,
    line(values),
    ...(limits.some((limit) => limit === null) ? [] : [line(limits)]),
    '```',
  ].join('\n');
}

function harmless(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,:'-]/gu, '').slice(0, 100);
}

/** Without an exponent, which Mermaid does not read. */
function plain(value: number): string {
  return value.toFixed(Math.min(20, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(value) || 1)))));
}
