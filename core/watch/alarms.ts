/**
 * Whether a model's windows alarm. Each kind is decided by the newest window that could tell: one with too few rows neither raises an
 * alarm nor ends one, and performance waits for its labels.
 */

import type { MonitorCheck, MonitorKind } from '../evidence/monitor.ts';
import type { Alarm, MonitorWindow } from '../ports/store.ts';

export interface AlarmNow {
  readonly kind: MonitorKind;
  /** The newest window that could tell. */
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
  const alarms: AlarmNow[] = [];
  const undecided: MonitorKind[] = [];
  for (const kind of KINDS) {
    const window = windows.find(({ result }) => result.checks.some((check) => tells(check, kind)));
    const checks = window?.result.checks.filter((check) => tells(check, kind) && check.verdict === 'fail');
    if (window && checks && checks.length > 0) alarms.push({ kind, window, checks });
    const wasOpen = before?.state === 'open' && before.kinds.includes(kind);
    if (!window && wasOpen && isAwaited(windows[0], kind)) undecided.push(kind);
  }
  return { alarms, undecided };
}

/** A kind that the policy does not ask for any more is not waited for. */
function isAwaited(newest: MonitorWindow | undefined, kind: MonitorKind): boolean {
  if (!newest) return true;
  if (kind === 'performance' && !newest.labelsDue) return true;
  return newest.result.checks.some((check) => check.kind === kind);
}

function tells({ kind, verdict, alarm }: MonitorCheck, asked: MonitorKind): boolean {
  return kind === asked && alarm && (verdict === 'pass' || verdict === 'fail');
}
