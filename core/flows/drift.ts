/** Drift between two tables: every column of the reference, judged with the number of columns in mind; the worst first. */

import { kindOf } from '../drift/columns.ts';
import {
  chosenByEvidently,
  compareScore,
  compareStability,
  type Pair,
  type Summaries,
  summaries,
} from '../drift/compare.ts';
import { driftMeasures, measureNamed } from '../drift/index.ts';
import { type Judged, short, type Threshold } from '../drift/judge.ts';
import { FALSE_ALARMS } from '../drift/population-stability.ts';
import { MergewayError } from '../errors.ts';
import type { OpenTable } from '../ports/table.ts';
import { overall, type Verdict, type VerdictStatus } from '../verdict.ts';

export interface DriftRequest {
  readonly reference: OpenTable;
  readonly current: OpenTable;
  /** Only these; by default all of the reference. */
  readonly columns?: readonly string[] | undefined;
  /** A name of the registry, `psi_deciles`, the default, or `evidently`, which chooses as that library does. */
  readonly method?: string | undefined;
  /** By default `auto` for `psi_deciles` and the library's own for its measures. */
  readonly threshold?: Threshold | undefined;
}

export interface ColumnDrift {
  readonly column: string;
  readonly method: string;
  readonly statistic: number | null;
  readonly p_value: number | null;
  readonly threshold: number | null;
  readonly verdict: VerdictStatus;
  readonly reason: string;
}

export interface DriftReport {
  readonly verdict: VerdictStatus;
  readonly columns: readonly ColumnDrift[];
}

type Method = ReturnType<typeof methodOf>;

const DEFAULT_METHOD = 'psi_deciles';
const EVIDENTLY = 'evidently';

/** Compares the tables column by column. MW_USAGE names an unknown method, column or a threshold that does not fit. */
export async function compareTables(request: DriftRequest): Promise<DriftReport> {
  const names = columnsOf(request);
  const comparable = names.filter((name) => 'pair' in pairOf(request, name)).length;
  const method = methodOf(request, FALSE_ALARMS / Math.max(1, comparable));

  const columns: ColumnDrift[] = [];
  for (const name of names) columns.push(await compareColumn(request, name, method));
  const order: readonly VerdictStatus[] = ['fail', 'inconclusive', 'pass', 'skipped'];
  columns.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || excess(b) - excess(a));
  return { verdict: overall(columns.map(({ verdict }) => verdict)), columns };
}

function columnsOf({ reference, current, columns }: DriftRequest): readonly string[] {
  const known = reference.columns.map(({ name }) => name);
  const added = current.columns.map(({ name }) => name).filter((name) => !known.includes(name));
  if (!columns) return [...known, ...added];
  const unknown = columns.find((name) => !known.includes(name));
  if (unknown === undefined) return columns;
  throw new MergewayError('MW_USAGE', `the reference has no column '${unknown}'; it has ${known.join(', ')}`);
}

function methodOf({ method = DEFAULT_METHOD, threshold }: DriftRequest, falseAlarms: number) {
  if (method === DEFAULT_METHOD)
    return { name: DEFAULT_METHOD, threshold: threshold ?? 'auto', falseAlarms } as const;
  if (method === EVIDENTLY && threshold !== 'auto') return { name: EVIDENTLY, threshold } as const;
  const found = measureNamed(method);
  if (!found && method !== EVIDENTLY) {
    const names = [DEFAULT_METHOD, EVIDENTLY, ...Object.keys(driftMeasures)].join(', ');
    throw new MergewayError('MW_USAGE', `'${method}' is no drift method; there are ${names}`);
  }
  if (found && threshold !== 'auto') return { ...found, threshold };
  if (found?.measure.drift.of === 'p-value') return { ...found, threshold: falseAlarms };
  throw new MergewayError(
    'MW_USAGE',
    `--threshold auto is for ${DEFAULT_METHOD} and for tests with a p-value; give ${method} a number`,
  );
}

async function compareColumn(request: DriftRequest, column: string, given: Method): Promise<ColumnDrift> {
  const found = pairOf(request, column);
  if ('verdict' in found) {
    const { status: verdict } = found.verdict;
    return { column, method: given.name, ...NOTHING, verdict, reason: sentence(found.verdict) };
  }

  const counts = await summaries(found.pair);
  const method = await chosenMethod(given, found.pair, counts);
  if (!method) return { column, method: given.name, ...NOTHING, verdict: 'skipped', reason: TEXT };
  const compared =
    'measure' in method
      ? await compareScore(found.pair, counts, method)
      : await compareStability(found.pair, counts, method);
  const row = { column, method: method.name };
  if ('skipped' in compared) return { ...row, ...NOTHING, verdict: 'skipped', reason: compared.skipped };
  const by = method === given ? [] : [`by ${method.name}`];
  const reason = [sentence(compared.verdict), ...by, ...compared.notes].join('; ').slice(0, 500);
  return { ...row, ...numbersOf(compared), verdict: compared.verdict.status, reason };
}

const TEXT = 'looks like free text, which Evidently gives to a classifier; name a method';

/** `evidently` is another method for each column; undefined: it has none for this one. */
async function chosenMethod(method: Method, pair: Pair, counts: Summaries) {
  if (method.name !== EVIDENTLY) return method;
  const name = await chosenByEvidently(pair, counts);
  return name && { name, measure: driftMeasures[name], threshold: method.threshold };
}

const NOTHING = { statistic: null, p_value: null, threshold: null } as const;

function numbersOf({ statistic, pValue, threshold }: Judged) {
  return { statistic, p_value: pValue, threshold };
}

/** The column on both sides, or why it can't be compared. */
function pairOf(
  { reference, current }: DriftRequest,
  name: string,
): { readonly pair: Pair } | { readonly verdict: Verdict } {
  const [before, now] = [reference, current].map(({ columns }) =>
    columns.find((column) => column.name === name),
  );
  if (!before) return skip('the reference has no such column');
  const kind = kindOf(before);
  if (kind === 'time') return skip('timestamps move by themselves');
  if (kind === 'other') return skip(`${before.type} values can not be compared`);
  if (!now) return missing('the current data has no such column', 'current data with this column');
  if (kindOf(now) !== kind)
    return missing(`it is ${before.type} in the reference and ${now.type} now`, 'one type on both sides');
  return {
    pair: {
      reference: { table: reference, column: before },
      current: { table: current, column: now },
      numeric: kind === 'numeric',
    },
  };
}

function skip(reason: string): { readonly verdict: Verdict } {
  return { verdict: { status: 'skipped', reason } };
}

function missing(reason: string, wouldSettle: string): { readonly verdict: Verdict } {
  return { verdict: { status: 'inconclusive', reason, wouldSettle } };
}

function sentence(verdict: Verdict): string {
  return verdict.status === 'inconclusive'
    ? `${verdict.reason}; ${verdict.wouldSettle} would settle it`
    : verdict.reason;
}

/** How far the statistic is beyond the threshold, for sorting; tests sort by their p-value. */
function excess({ statistic, threshold, p_value }: ColumnDrift): number {
  if (statistic === null) return p_value === null ? 0 : Number.MAX_VALUE;
  return threshold === null ? 0 : statistic;
}

/** The rate that `auto` keeps, in words. */
export function falseAlarmRate(): string {
  return `auto: without drift at most 1 comparison in ${short(1 / FALSE_ALARMS)} raises any alarm, all columns together`;
}
