/** What monitors found, window by window, as the charts and the table show it: the columns that moved most, and each metric. Pure. */

import type { MonitorCheck } from '#core/evidence/monitor.ts';
import type { MonitorWindow } from '#core/ports/store.ts';

/** Columns that are drawn; the table names the worst of every window. */
const WORST = 4;

/** Lists with an entry for each window, the oldest first; null where a window has no such number. */
export interface MonitorChart {
  /** Middles and ends, seconds since 1970. */
  readonly at: readonly number[];
  readonly from: number;
  readonly to: number;
  /** PSI over its limit: from 1 on it is drift. The limit knows the window's rows, so that it differs. */
  readonly drift: readonly { readonly column: string; readonly overLimit: readonly (number | null)[] }[];
  readonly performance: readonly MetricSeries[];
}

interface MetricSeries {
  /** The metric, or its ratio to the holdout's. Of two limits of one number the first is drawn. */
  readonly name: string;
  readonly value: readonly (number | null)[];
  /** 95 % interval. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly limit: readonly (number | null)[];
  /** On the version's own holdout; 1 for ratios to it. */
  readonly reference: readonly (number | null)[];
}

/** Windows come newest first, as the store gives them. */
export function monitorChart(windows: readonly MonitorWindow[]): MonitorChart {
  const ordered = windows.toReversed();
  const names = [
    ...new Set(ordered.flatMap(({ result }) => result.checks.filter(isPerformance).map(nameOf))),
  ];
  return {
    at: ordered.map(({ from, to }) => (from + to) / 2000),
    from: (ordered[0]?.from ?? 0) / 1000,
    to: (ordered.at(-1)?.to ?? 0) / 1000,
    drift: worstColumns(ordered).map((column) => ({
      column,
      overLimit: ordered.map(({ result }) =>
        overLimit(result.checks.filter(isDrift).find(({ subject }) => subject === column)),
      ),
    })),
    performance: names.map((name) => {
      const checks = ordered.map(({ result }) =>
        result.checks.filter(isPerformance).find((check) => nameOf(check) === name),
      );
      return {
        name,
        value: checks.map((check) => check?.statistic ?? null),
        low: checks.map((check) => check?.low ?? null),
        high: checks.map((check) => check?.high ?? null),
        limit: checks.map((check) => check?.threshold ?? null),
        reference: checks.map((check) => (check?.measure === 'ratio' ? 1 : (check?.reference ?? null))),
      };
    }),
  };
}

/** What a performance check measures: `log_loss`, or `log_loss ÷ its holdout`. */
export function nameOf({ subject, measure }: MonitorCheck): string {
  return measure === 'ratio' ? `${subject} ÷ its holdout` : subject;
}

/** The column that is furthest over its limit, and every metric. */
export function highlightsOf({ result }: MonitorWindow): {
  readonly worst: MonitorCheck | undefined;
  readonly metrics: readonly MonitorCheck[];
} {
  const drift = result.checks.filter(isDrift);
  const [worst] = drift.toSorted((a, b) => (overLimit(b) ?? 0) - (overLimit(a) ?? 0));
  return { worst, metrics: result.checks.filter(isPerformance) };
}

function worstColumns(windows: readonly MonitorWindow[]): readonly string[] {
  const worst = new Map<string, number>();
  for (const check of windows.flatMap(({ result }) => result.checks.filter(isDrift))) {
    worst.set(check.subject, Math.max(worst.get(check.subject) ?? 0, overLimit(check) ?? 0));
  }
  const byExcess = [...worst].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return byExcess.slice(0, WORST).map(([column]) => column);
}

function isDrift({ kind, measure }: MonitorCheck): boolean {
  return kind === 'drift' && measure.startsWith('psi');
}

function isPerformance({ kind }: MonitorCheck): boolean {
  return kind === 'performance';
}

function overLimit(check: MonitorCheck | undefined): number | null {
  if (check?.statistic == null || check.threshold == null || check.threshold <= 0) return null;
  return check.statistic / check.threshold;
}
