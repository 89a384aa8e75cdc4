/**
 * Whether a model's windows alarm. Each check is decided by the newest window that could tell of it: one with too few rows neither raises an
 * alarm nor ends one, a column that has gone does not end the alarm about it because the others stayed, and performance waits for its labels.
 */

import type { MonitorCheck, MonitorKind } from '../evidence/monitor.ts';
import type { Alarm, MonitorWindow } from '../ports/store.ts';

export interface AlarmNow {
  readonly kind: MonitorKind;
  /** The newest window that could tell of these checks. */
  readonly window: MonitorWindow;
  /** What fails there. */
  readonly checks: readonly MonitorCheck[];
}

export interface AlarmState {
  readonly alarms: readonly AlarmNow[];
  /** Kinds that alarmed before, and that no window has been able to tell since. */
  readonly undecided: readonly MonitorKind[];
}

const KINDS: readonly MonitorKind[] = ['drift', 'performance', 'skew', 'volume', 'range'];

/** `windows`: those of the version in production under the present policy, newest first. */
export function alarmState(windows: readonly MonitorWindow[], before: Alarm | undefined): AlarmState {
  const told = new Set<string>();
  const kindsTold = new Set<MonitorKind>();
  const alarms: AlarmNow[] = [];
  for (const window of windows) {
    const news = window.result.checks.filter((check) => tells(check) && !told.has(nameOf(check)));
    for (const check of news) {
      told.add(nameOf(check));
      kindsTold.add(check.kind);
    }
    const failed = news.filter(({ verdict }) => verdict === 'fail');
    for (const kind of KINDS) {
      const checks = failed.filter((check) => check.kind === kind);
      if (checks.length > 0) alarms.push({ kind, window, checks });
    }
  }
  const undecided = KINDS.filter((kind) => {
    const wasOpen = before?.state === 'open' && before.kinds.includes(kind);
    return wasOpen && !kindsTold.has(kind) && isAwaited(windows[0], kind);
  });
  return { alarms, undecided };
}

function nameOf({ kind, subject, measure }: MonitorCheck): string {
  return `${kind} ${measure} ${subject}`;
}

/** A kind that the policy does not ask for any more is not waited for. */
function isAwaited(newest: MonitorWindow | undefined, kind: MonitorKind): boolean {
  if (!newest) return true;
  if (kind === 'performance' && !newest.labelsDue) return true;
  return newest.result.checks.some((check) => check.kind === kind);
}

function tells({ verdict, alarm }: MonitorCheck): boolean {
  return alarm && (verdict === 'pass' || verdict === 'fail');
}
