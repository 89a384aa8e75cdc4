/** Metrics by slice: of each metric the slices where the candidate lost most first, with the interval drawn. */

import type { MetricEvidence } from '../evidence/metrics.ts';
import type { SliceEvidence } from '../evidence/slices.ts';
import { estimateText, number, signed } from '../gates/number.ts';
import { metrics as known } from '../metrics/index.ts';
import type { Detail } from './detail.ts';
import { escapeMarkdown } from './escape.ts';
import { textInterval, xychart } from './plot.ts';
import { table } from './tables.ts';

/** Slices that a table shows at full and at reduced length, and that a chart has room for. */
const LENGTHS = [200, 20, 5] as const;
const MOST_BARS = 12;

interface Row {
  readonly slice: SliceEvidence;
  readonly measured: MetricEvidence;
}

/** `metrics`: those that are judged; where none of them was measured, every metric of the slices. */
export function sliceDetail(slices: readonly SliceEvidence[], judged: readonly string[]): readonly Detail[] {
  const all = [...new Set(slices.flatMap(({ metrics }) => metrics.map(({ metric }) => metric)))];
  const wanted = all.filter((metric) => judged.includes(metric));
  const shown = wanted.length > 0 ? wanted : all;
  if (shown.length === 0) return [];
  const [full, ...shorter] = LENGTHS.map((most) =>
    shown.map((metric) => metricText(metric, slices, most)).join('\n\n'),
  );
  return [{ title: 'Slices: where the candidate gained and lost', bodies: [full ?? '', ...shorter] }];
}

function metricText(metric: string, slices: readonly SliceEvidence[], most: number): string {
  const rows = slices
    .flatMap((slice): readonly Row[] => {
      const measured = slice.metrics.find((one) => one.metric === metric);
      return measured ? [{ slice, measured }] : [];
    })
    .sort((a, b) => gainOf(a.measured) - gainOf(b.measured));
  const shown = rows.slice(0, most);
  const rest = rows.length - shown.length;
  const note = rest > 0 ? `\n\n…and ${rest.toLocaleString('en-US')} more slices, in the evidence.` : '';
  return [
    `**${escapeMarkdown(metric)}**${directionOf(metric)}`,
    slicesTable(shown) + note,
    chartOf(metric, shown),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function slicesTable(rows: readonly Row[]): string {
  const most = Math.max(
    ...rows.flatMap(({ measured: { difference } }) => [
      Math.abs(difference?.low ?? 0),
      Math.abs(difference?.high ?? 0),
    ]),
  );
  return table(
    ['slice', 'rows', 'champion', 'candidate (95 %)', 'difference (95 %)', '− 0 +'],
    rows.map(({ slice, measured: { candidate, champion, difference } }) => [
      escapeMarkdown(slice.name, 100),
      slice.rows.toLocaleString('en-US'),
      champion?.point == null ? '–' : number(champion.point),
      estimateText(candidate),
      difference ? estimateText(difference, signed) : '–',
      difference ? plotOf(difference, most) : '',
    ]),
  );
}

function plotOf({ low, point, high }: NonNullable<MetricEvidence['difference']>, most: number): string {
  if (point === null || low === null || high === null) return '';
  return textInterval({ low, point, high }, most);
}

function chartOf(metric: string, rows: readonly Row[]): string {
  const drawn = rows.slice(0, MOST_BARS).flatMap(({ slice, measured: { difference } }) => {
    const value = difference?.point ?? null;
    return value === null ? [] : [{ name: slice.name, value }];
  });
  if (drawn.length < 2) return '';
  const values = drawn.map(({ value }) => value);
  const room = (Math.max(0, ...values) - Math.min(0, ...values) || 1) / 10;
  return [
    'Candidate minus champion, by slice. The flat line is no difference.',
    xychart({
      title: `${metric}, candidate minus champion`,
      labels: drawn.map(({ name }) => name.slice(0, 24)),
      y: { from: Math.min(0, ...values) - room, to: Math.max(0, ...values) + room },
      lines: [values, values.map(() => 0)],
    }),
  ].join('\n\n');
}

/** Which side of 0 is good; of a metric that nobody knows nothing is said. */
function directionOf(metric: string): string {
  const better = betterOf(metric);
  return better ? `, ${better} is better` : '';
}

/** How much better the candidate is; a metric that nobody knows is taken for one of which more is better. */
function gainOf({ metric, difference }: MetricEvidence): number {
  const point = difference?.point ?? 0;
  return betterOf(metric) === 'lower' ? -point : point;
}

function betterOf(metric: string): 'higher' | 'lower' | undefined {
  return Object.hasOwn(known, metric) ? known[metric as keyof typeof known].better : undefined;
}
