/**
 * The story of a monitor: live predictions of a window, counted in the database, against the profile of what the version was evaluated on.
 * Rows belong to a window by their event time, `to` left out; late rows and labels count when the window is looked at again.
 */

import type { Monitor } from '../config/monitor.ts';
import { digestOf, digestOfJson } from '../digest.ts';
import { DEFAULT_THRESHOLD } from '../evaluation/predictions.ts';
import type { MonitorCheck, MonitorPredicate } from '../evidence/monitor.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import { type Statement, serialize } from '../evidence/statement.ts';
import type { Json } from '../json.ts';
import { MONTH_MS } from '../monitor/budget.ts';
import { judgeWindow, windowVerdict } from '../monitor/judge-window.ts';
import { type ColumnToCount, countColumns } from '../monitor/read-columns.ts';
import { type LabelledWindow, requireLabels } from '../monitor/labelled.ts';
import { measurePerformance } from '../monitor/read-performance.ts';
import { countLost, countRows, longestSilence } from '../monitor/read-volume.ts';
import { featureColumn, has, type Interval, type WindowOfTable } from '../monitor/relation.ts';
import type { WindowSummary } from '../monitor/summary.ts';
import type { Progress } from '../ports/progress.ts';
import type { OpenTable, Table } from '../ports/table.ts';
import { VERSION } from '../version.ts';

export interface MonitorPorts {
  readonly table: Table;
  readonly progress: Progress;
}

export interface MonitorRequest {
  readonly profile: Statement<ProfilePredicate>;
  /** Parts of the prediction log, or plain files with a score and features; of several versions too. None: nothing was predicted. */
  readonly predictions: readonly string[];
  /** Parts with late labels. */
  readonly feedback?: readonly string[];
  /** Column of the predictions with the label, where labels are no feedback. */
  readonly label?: string;
  /** Version whose rows are looked at; absent: every row. */
  readonly version?: string;
  readonly policy: Monitor;
  /** How many windows a month has; by default as many as fit into it. */
  readonly windowsPerMonth?: number;
  /** False: labels are counted, and performance is not judged yet. */
  readonly labelsDue?: boolean;
}

/** A table without times is one window a day, so far as false alarms go. */
const WINDOWS_WITHOUT_TIMES = MONTH_MS / 86_400_000;

interface WindowRequest extends MonitorRequest {
  readonly window: Interval | undefined;
  /** Checks of the same window that were made elsewhere, such as skew's; they count as the others do. */
  readonly more?: readonly MonitorCheck[];
}

/** One window's verdict. MW_TABLE_UNREADABLE, MW_TABLE_QUERY. */
export async function monitorWindow(ports: MonitorPorts, request: WindowRequest): Promise<MonitorPredicate> {
  const { window, more = [] } = request;
  const [result] = await monitorWindows(ports, request, [window]);
  if (!result) throw new Error('a window has a result');
  return withChecks(result, more);
}

/** A result with checks that were made elsewhere; they count as the others do. */
export function withChecks(result: MonitorPredicate, more: readonly MonitorCheck[]): MonitorPredicate {
  const checks = [...result.checks, ...more];
  return { ...result, checks, verdict: windowVerdict(checks) };
}

/** A verdict per window, the files opened once. `undefined`: the whole table is one. MW_COLUMN_MISSING for labels that are not there. */
export async function monitorWindows(
  { table, progress }: MonitorPorts,
  request: MonitorRequest,
  windows: readonly (Interval | undefined)[],
): Promise<readonly MonitorPredicate[]> {
  const { predictions, feedback = [] } = request;
  if (predictions.length === 0) return windows.map((window) => resultOf(request, window, nothingIn(window)));

  const also = feedback.length > 0 ? { feedback } : {};
  const opened = await table.open(predictions, { union: true, also });
  try {
    const labels = labelsOf(request);
    if (labels) await requireLabels(opened, labels);
    const results: MonitorPredicate[] = [];
    for (const window of windows) {
      results.push(resultOf(request, window, await summarise(opened, request, window, progress)));
      if (windows.length > 1) progress.say(`judged ${results.length} of ${windows.length} windows`);
    }
    return results;
  } finally {
    await opened.close();
  }
}

/** The log has no part for the window: all of it was silence. */
function nothingIn(window: Interval | undefined): WindowSummary {
  return {
    rows: 0,
    labelled: 0,
    missing: 0,
    silenceMs: window ? window.to - window.from : null,
    columns: new Map(),
    predictions: null,
    performance: [],
  };
}

async function summarise(
  table: OpenTable,
  request: MonitorRequest,
  interval: Interval | undefined,
  progress: Progress,
): Promise<WindowSummary> {
  const { policy, version } = request;
  const window: WindowOfTable = { table, interval, version };
  const rows = await countRows(window);
  return {
    rows,
    missing: await countLost(window),
    silenceMs: policy.silence === undefined ? null : await longestSilence(window),
    ...(await distributions(window, request, progress)),
    ...(await performanceOf(window, request)),
  };
}

async function distributions(
  window: WindowOfTable,
  { profile, policy }: MonitorRequest,
  progress: Progress,
): Promise<Pick<WindowSummary, 'columns' | 'predictions'>> {
  if (!policy.drift) return { columns: new Map(), predictions: null };
  const { columns, predictions } = profile.predicate;
  const { table } = window;
  const wanted: ColumnToCount[] = columns.map((one) => ({
    column: featureColumn(table, one.column),
    profile: one.profile,
  }));
  const scores = { column: has(table, 'score') ? 'score' : undefined, profile: predictions };
  const counted = await countColumns(
    window,
    [...wanted, ...(scores.profile ? [{ column: scores.column, profile: scores.profile }] : [])],
    progress,
  );
  return {
    columns: new Map(
      columns.flatMap(({ column }, index) => {
        const one = counted[index];
        return one ? [[column, one] as const] : [];
      }),
    ),
    predictions: (predictions && counted[columns.length]) ?? null,
  };
}

async function performanceOf(
  window: WindowOfTable,
  request: MonitorRequest,
): Promise<Pick<WindowSummary, 'labelled' | 'performance'>> {
  const { profile, policy, labelsDue = true } = request;
  const { task, threshold = DEFAULT_THRESHOLD } = profile.predicate;
  const wanted = labelsDue ? policy.performance.map(({ metric }) => metric) : [];
  return measurePerformance({ ...window, labels: labelsOf(request), task, threshold }, wanted);
}

function labelsOf({ feedback = [], label }: MonitorRequest): LabelledWindow['labels'] {
  if (feedback.length > 0) return 'feedback';
  return label === undefined ? undefined : { column: label };
}

function resultOf(
  { profile, policy, version, windowsPerMonth, labelsDue }: MonitorRequest,
  window: Interval | undefined,
  summary: WindowSummary,
): MonitorPredicate {
  const perMonth = windowsPerMonth ?? (window ? MONTH_MS / (window.to - window.from) : WINDOWS_WITHOUT_TIMES);
  const checks = judgeWindow({
    profile: profile.predicate,
    window: summary,
    policy,
    windowsPerMonth: perMonth,
    ...(labelsDue !== undefined && { labelsDue }),
  });
  return {
    mergeway: VERSION,
    model: profile.predicate.model,
    version: version ?? '',
    window: { from: timeOf(window?.from), to: timeOf(window?.to) },
    reference: digestOf(serialize(profile)),
    policy: digestOfJson(policy as unknown as Json),
    rows: summary.rows,
    labelled: summary.labelled,
    missing: summary.missing,
    verdict: windowVerdict(checks),
    falseAlarms: policy['false-alarms'],
    checks: [...checks],
  };
}

function timeOf(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString();
}
