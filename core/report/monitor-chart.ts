/** A metric over past windows: the numbers with a bar each, which every reader sees, and Mermaid's chart of the same. */

import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import { estimateText, number } from '../gates/number.ts';
import { escapeMarkdown } from './escape.ts';
import { textBar, xychart } from './plot.ts';
import { table } from './tables.ts';

/** Windows that a chart has room for. */
const MOST_WINDOWS = 30;

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
      `${textBar(most > 0 ? Math.abs(value) / most : 0)}${check.verdict === 'fail' ? ' ❌' : ''}`,
    ]),
  );
}

function mermaid(points: readonly Point[], unit: string): string {
  const limits = points.flatMap(({ check }) => check.threshold ?? []);
  const values = points.map(({ value }) => value);
  const known = [...values, ...limits];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low || Math.abs(high) || 1) / 10;
  return xychart({
    title: unit,
    labels: points.map(({ label }) => label.slice(5)),
    y: { from: low - room, to: high + room },
    lines: limits.length === points.length ? [values, limits] : [values],
  });
}
