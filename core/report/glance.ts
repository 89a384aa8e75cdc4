/**
 * The report at a glance: what got better and worse against the champion, for whom, and what caused it. A metric counts when its 95 %
 * interval leaves zero out; a group when its rate moved by more than chance explains among all rates that are compared.
 */

import { changeText } from '../candidate/input-changes.ts';
import type { Confusion, GroupEvidence } from '../evidence/groups.ts';
import { judgedRows } from '../evidence/evaluation.ts';
import type { MetricEvidence } from '../evidence/metrics.ts';
import { type RateName, rateOf, rateRows, rates } from '../fairness/rates.ts';
import { estimateText, signed } from '../gates/number.ts';
import { metrics as known } from '../metrics/index.ts';
import { isDefined } from '../metrics/metric.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { escapeMarkdown } from './escape.ts';
import type { Report } from './report.ts';

/** Named in one line; the rest is counted. */
const NAMED = 4;
const NAMED_GROUPS = 2;

/** A rate of fewer rows says next to nothing. */
const FEWEST_ROWS = 10;

/** Chance that any group is named although none moved. */
const ALPHA = 0.05;

/** A list of at most five points under a line of its own, or two lists would be one; '' for a first version. */
export function glance({ evaluation, context }: Report): string {
  const { champion, metrics, groups, clusters } = evaluation;
  if (!champion) return '';
  const moved = metrics.flatMap((measured) => movementOf(measured) ?? []);
  const ofGroups = groups.flatMap(({ by, groups: rows }) => rows.map((group) => ({ by, group })));
  const independent = clusters === undefined ? 1 : Math.min(1, clusters / judgedRows(evaluation).now);
  const shifts = shiftsOf(ofGroups, independent);
  const version = escapeMarkdown(champion.version, 60);
  const points = [
    point('Worse', moved.filter(({ isBetter }) => !isBetter).map(metricText)),
    point('Better', moved.filter(({ isBetter }) => isBetter).map(metricText)),
    moved.length === 0 && metrics.length > 0 ? '- **No metric moved** by more than chance explains' : '',
    point('Worse for', shifts.filter(({ isBetter }) => !isBetter).map(shiftText), NAMED_GROUPS),
    point('Better for', shifts.filter(({ isBetter }) => isBetter).map(shiftText), NAMED_GROUPS),
    context.changes?.length === 0 ? '- **Changed**: none of the inputs' : '',
    point(
      'Changed',
      (context.changes ?? []).map((change) => escapeMarkdown(changeText(change), 120)),
    ),
  ];
  const list = points.filter((text) => text !== '').join('\n');
  return list === '' ? '' : `**Against champion ${version}**\n\n${list}`;
}

function point(title: string, parts: readonly string[], most = NAMED): string {
  if (parts.length === 0) return '';
  const rest = parts.length > most ? ` · and ${parts.length - most} more` : '';
  return `- **${title}**: ${parts.slice(0, most).join(' · ')}${rest}`;
}

interface Movement {
  readonly measured: MetricEvidence;
  readonly isBetter: boolean;
}

function movementOf(measured: MetricEvidence): Movement | undefined {
  const { metric, difference } = measured;
  const definition = Object.hasOwn(known, metric) ? known[metric as keyof typeof known] : undefined;
  if (!definition || !difference || difference.low === null || difference.high === null) return undefined;
  if (difference.low <= 0 && difference.high >= 0) return undefined;
  return { measured, isBetter: difference.low > 0 === (definition.better === 'higher') };
}

function metricText({ measured: { metric, difference } }: Movement): string {
  return `${escapeMarkdown(metric)} ${difference ? estimateText(difference, signed) : ''}`;
}

interface Named {
  readonly by: readonly string[];
  readonly group: GroupEvidence;
}

interface Shift {
  readonly name: string;
  readonly rate: Judgeable;
  readonly rows: number;
  readonly now: number;
  readonly before: number;
  readonly isBetter: boolean;
  /** Distance in standard errors. */
  readonly z: number;
}

/** Rates of which more, or less, is better. */
const JUDGEABLE = { true_positive_rate: 1, false_positive_rate: -1 } as const satisfies Partial<
  Record<RateName, 1 | -1>
>;
type Judgeable = keyof typeof JUDGEABLE;

const RATES = Object.keys(JUDGEABLE) as readonly Judgeable[];

/**
 * Rates that moved, furthest first. Where rows weigh, a rate rests on its effective rows, (Σw)² / Σw² (Kish 1965); where they are in clusters,
 * on a share `independent` of them, as if all rows of one cluster said the same. Both models saw the same rows, so taking them for two samples asks
 * for more rather than less.
 */
function shiftsOf(named: readonly Named[], independent: number): readonly Shift[] {
  const compared = named.flatMap(({ by, group }) =>
    RATES.flatMap((rate) =>
      group.champion ? (shiftOf({ by, group }, { rate, champion: group.champion, independent }) ?? []) : [],
    ),
  );
  if (compared.length === 0) return [];
  const enough = normalQuantile(1 - ALPHA / 2 / compared.length);
  return compared.filter(({ z }) => z > enough).sort((a, b) => b.z - a.z);
}

function shiftOf(
  { by, group }: Named,
  {
    rate,
    champion,
    independent,
  }: { readonly rate: Judgeable; readonly champion: Confusion; readonly independent: number },
): Shift | undefined {
  const share = independent * effectiveShare(rate, group);
  const rows = share * rateRows(rate, group.candidate);
  const rowsBefore = share * rateRows(rate, champion);
  const now = rateOf(rate, group.candidate);
  const before = rateOf(rate, champion);
  if (Math.min(rows, rowsBefore) < FEWEST_ROWS || !isDefined(now) || !isDefined(before)) return undefined;
  // One hit and one miss more on each side keep the standard error from vanishing at 0 and 1 (Agresti and Caffo 2000).
  const [p, q] = [(now * rows + 1) / (rows + 2), (before * rowsBefore + 1) / (rowsBefore + 2)];
  const error = Math.sqrt((p * (1 - p)) / (rows + 2) + (q * (1 - q)) / (rowsBefore + 2));
  return {
    name: by.map((column, index) => `${column}=${group.values[index] ?? ''}`).join(', '),
    rate,
    rows: rateRows(rate, group.weighing?.rows ?? group.candidate),
    now,
    before,
    isBetter: (now - before) * JUDGEABLE[rate] > 0,
    z: Math.abs(p - q) / error,
  };
}

/** Effective rows of one weight. Which rows are positive is the labels' affair, so that it is the same for both models. */
function effectiveShare(rate: Judgeable, { candidate, weighing }: GroupEvidence): number {
  if (!weighing) return 1;
  const squares = rateRows(rate, weighing.squares);
  return squares > 0 ? rateRows(rate, candidate) / squares : 0;
}

function shiftText({ name, rate, rows, now, before }: Shift): string {
  const of = `${Math.round(rows).toLocaleString('en-US')} ${rates[rate].rows}`;
  return `${escapeMarkdown(name, 100)}: ${rates[rate].words} ${now.toFixed(3)}, was ${before.toFixed(3)} (${of})`;
}
