/** How a model went over its windows, as a chart that GitHub draws and a line of blocks for mails that don't. */

import { instantText } from '../intervals/instant.ts';
import type { MonitorWindow } from '../ports/store.ts';
import { escapeMarkdown } from './escape.ts';

const MOST_WINDOWS = 24;

interface Point {
  readonly at: number;
  /** How many times its limit the check is. */
  readonly value: number;
}

/** The check that is farthest beyond its limit in the newest window that has any; '' where there is nothing to draw. */
export function windowChart(newestFirst: readonly MonitorWindow[]): string {
  const worst = worstCheck(newestFirst);
  if (!worst) return '';
  const points = newestFirst
    .slice(0, MOST_WINDOWS)
    .toReversed()
    .flatMap((window) => pointOf(window, worst));
  if (points.length < 2) return '';
  const name = `${worst.subject} ${worst.measure}`.replace(/[^\w .-]/g, ' ').slice(0, 80);
  const top = Math.max(1, ...points.map(({ value }) => value)) * 1.1;
  return [
    `<details open><summary>${escapeMarkdown(name)} over the last windows, as a multiple of its limit</summary>`,
    '',
    '```mermaid',
    'xychart-beta',
    `  x-axis [${points.map(({ at }) => `"${instantText(at).slice(0, 16)}"`).join(', ')}]`,
    `  y-axis "times its limit" 0 --> ${round(top)}`,
    `  bar [${points.map(({ value }) => round(value)).join(', ')}]`,
    `  line [${points.map(() => 1).join(', ')}]`,
    '```',
    '',
    points.map(({ at, value }) => `${instantText(at).slice(0, 10)}: ${round(value)}`).join(' · '),
    '',
    '</details>',
  ].join('\n');
}

type CheckName = Pick<MonitorWindow['result']['checks'][number], 'kind' | 'subject' | 'measure'>;

function worstCheck(newestFirst: readonly MonitorWindow[]): CheckName | undefined {
  for (const { result } of newestFirst) {
    const failing = result.checks.filter(({ verdict, alarm }) => verdict === 'fail' && alarm);
    const [worst] = failing.toSorted((a, b) => times(b) - times(a));
    if (worst && times(worst) > 0) return worst;
  }
  return undefined;
}

function pointOf({ from, result }: MonitorWindow, { kind, subject, measure }: CheckName): readonly Point[] {
  const check = result.checks.find(
    (one) => one.kind === kind && one.subject === subject && one.measure === measure,
  );
  return check && check.statistic !== null && check.threshold ? [{ at: from, value: times(check) }] : [];
}

function times({
  statistic,
  threshold,
}: {
  readonly statistic: number | null;
  readonly threshold: number | null;
}): number {
  return statistic === null || !threshold ? 0 : Math.abs(statistic / threshold);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
