/** What monitors and retraining leave in the store, for tests: windows of half a month, alarms, pull requests of ours. */

import { digestOf } from '#core/digest.ts';
import type { MonitorCheck, MonitorPredicate } from '#core/evidence/monitor.ts';
import type { Alarm, MonitorWindow, Retraining } from '#core/ports/store.ts';

export const MODEL = { repository: 'acme/risk', model: 'credit' } as const;

/** A drift check by PSI. */
export function driftOf(column: string, psi: number | null, limit = 0.1): MonitorCheck {
  return check({
    kind: 'drift',
    subject: column,
    measure: 'psi_deciles',
    statistic: psi,
    threshold: limit,
    verdict: psi === null ? 'inconclusive' : psi >= limit ? 'fail' : 'pass',
    alarm: false,
  });
}

/** A metric that may become at most `limit`, with an interval of ± .02; `ratio`: so many times its holdout's. */
export function metricOf(
  metric: string,
  value: number,
  limit: number,
  measure: 'max' | 'ratio' = 'max',
): MonitorCheck {
  return check({
    kind: 'performance',
    subject: metric,
    measure,
    statistic: value,
    low: value - 0.02,
    high: value + 0.02,
    threshold: limit,
    reference: 0.4,
    verdict: value > limit ? 'fail' : 'pass',
    alarm: true,
  });
}

function check(one: Partial<MonitorCheck>): MonitorCheck {
  return {
    kind: 'drift',
    subject: '',
    measure: '',
    verdict: 'pass',
    reason: 'as measured',
    statistic: null,
    low: null,
    high: null,
    threshold: null,
    pValue: null,
    reference: null,
    alarm: true,
    ...one,
  };
}

/** Judged by this policy, with its labels. */
const JUDGED = { policy: digestOf('policy'), labelsDue: true };

/** A window from one day to another, `2026-05-16` style; `to` is left out. */
export function windowOf(from: string, to: string, checks: readonly MonitorCheck[]): MonitorWindow {
  const failed = checks.some(({ verdict, alarm }) => verdict === 'fail' && alarm);
  const result: MonitorPredicate = {
    mergeway: '0.1.0',
    model: MODEL.model,
    version: 'v0.0.1',
    window: { from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` },
    reference: digestOf('profile'),
    policy: JUDGED.policy,
    rows: 12_345,
    labelled: 12_001,
    missing: 0,
    verdict: failed ? 'fail' : 'pass',
    falseAlarms: 0.1,
    checks: [...checks],
  };
  return {
    ...MODEL,
    ...JUDGED,
    from: Date.parse(from),
    to: Date.parse(to),
    evidence: digestOf(from),
    result,
    at: Date.parse(to) + 86_400_000,
  };
}

export function alarmOf(changes: Partial<Alarm> = {}): Alarm {
  return {
    ...MODEL,
    issue: 12,
    state: 'open',
    kinds: ['performance'],
    since: Date.parse('2026-05-16'),
    window: Date.parse('2026-06-01'),
    told: 'log_loss 0.49',
    ...changes,
  };
}

const NO_LOCKS = { locks: {} };

export function retrainingOf(changes: Partial<Retraining> = {}): Retraining {
  return {
    ...MODEL,
    ...NO_LOCKS,
    id: 'credit 2026-06-16',
    from: Date.parse('2026-06-16'),
    to: Date.parse('2026-07-01'),
    because: ['performance'],
    state: 'open',
    branch: 'mergeway/retrain/credit/2026-06-16',
    base: 'b'.repeat(40),
    head: 'a'.repeat(40),
    pullRequest: 13,
    decidedAt: Date.parse('2026-07-02'),
    reason: 'trains',
    failedGates: [],
    ...changes,
  };
}
