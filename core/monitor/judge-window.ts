/** A window against the reference profile: every check that the policy asks for. Pure: the window comes as counts. */

import type { Monitor } from '../config/monitor.ts';
import { durationMs } from '../config/duration.ts';
import type { MonitorCheck } from '../evidence/monitor.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import { counted } from '../plural.ts';
import { overall, type VerdictStatus } from '../verdict.ts';
import { budgetOf } from './budget.ts';
import { check, percent } from './check.ts';
import { driftChecks } from './drift-checks.ts';
import { holdoutOf } from './holdout.ts';
import { performanceChecks } from './performance.ts';
import type { WindowSummary } from './summary.ts';
import { driftTerms } from './terms.ts';

export interface WindowToJudge {
  readonly profile: ProfilePredicate;
  readonly window: WindowSummary;
  readonly policy: Monitor;
  /** How many windows a month has: the false alarms that it may have are shared out over them. */
  readonly windowsPerMonth: number;
  /** False: performance is not judged yet, and has its share of the false alarms all the same. */
  readonly labelsDue?: boolean;
}

/** The subject under which the scores are judged. */
const PREDICTION = 'prediction';

export function judgeWindow(judging: WindowToJudge): readonly MonitorCheck[] {
  return [...volumeChecks(judging), ...driftOf(judging), ...performanceOf(judging)];
}

/** The window's verdict: of the checks that may alarm. What is only shown decides nothing. */
export function windowVerdict(checks: readonly MonitorCheck[]): VerdictStatus {
  return overall(checks.filter(({ alarm }) => alarm).map(({ verdict }) => verdict));
}

function driftOf({ profile, window, policy, windowsPerMonth }: WindowToJudge): readonly MonitorCheck[] {
  if (!policy.drift) return [];
  const { drift: chance } = budgetOf(policy, profile, windowsPerMonth);
  const terms = driftTerms(policy.drift, { chance, minRows: policy['min-rows'] });
  const absent = { kind: 'none', reason: 'the window has no such column' } as const;
  const compared = [...profile.columns.map((one) => one.profile), profile.predictions];
  const nothing = compared.every((one) => one === null || one.kind === 'skipped');
  return [
    ...(nothing ? [nothingToCompare(policy.drift.alarm)] : []),
    ...profile.columns.flatMap(({ column, profile: one }) =>
      driftChecks(column, one, window.columns.get(column) ?? absent, terms),
    ),
    ...(profile.predictions
      ? driftChecks(PREDICTION, profile.predictions, window.predictions ?? absent, terms)
      : []),
  ];
}

/** Skipped columns alone would read as a pass. */
function nothingToCompare(alarm: boolean): MonitorCheck {
  const say = check({ kind: 'drift', subject: PREDICTION, measure: 'drift', alarm });
  return say('inconclusive', 'the profile has no column and no scores that can be compared');
}

function performanceOf(judging: WindowToJudge): readonly MonitorCheck[] {
  const { profile, window, policy, windowsPerMonth, labelsDue = true } = judging;
  if (!labelsDue) return [];
  const { performance: chance } = budgetOf(policy, profile, windowsPerMonth);
  const terms = { chance, minRows: policy['min-rows'], rows: window.rows };
  return policy.performance.flatMap((monitor) => {
    const measured = window.performance.find(({ metric }) => metric === monitor.metric);
    return performanceChecks(monitor, measured, holdoutOf(profile, monitor.metric), terms);
  });
}

function volumeChecks({ window, policy }: WindowToJudge): readonly MonitorCheck[] {
  const { rows, missing, silenceMs } = window;
  const least = policy['min-rows'];
  const say = (measure: string, alarm: boolean) =>
    check({ kind: 'volume', subject: 'predictions', measure, alarm });
  const enough = rows >= least ? 'pass' : 'inconclusive';
  const checks = [
    say('rows', true)(enough, `${counted(rows, 'prediction')}, at least ${least} tell something`, {
      statistic: rows,
      threshold: least,
    }),
    lostCheck(rows, missing),
  ];
  if (policy.silence === undefined) return checks;
  const limit = durationMs(policy.silence);
  if (silenceMs === null) {
    return [...checks, say('silence', true)('inconclusive', 'predictions have no times')];
  }
  const reason = `${minutes(silenceMs)} without a prediction, limit ${minutes(limit)}`;
  const numbers = { statistic: silenceMs / 1000, threshold: limit / 1000 };
  return [...checks, say('silence', true)(silenceMs >= limit ? 'fail' : 'pass', reason, numbers)];
}

/** Shown, never an alarm of its own: a crash loses at most a second of the log. */
function lostCheck(rows: number, missing: number): MonitorCheck {
  const say = check({ kind: 'volume', subject: 'predictions', measure: 'lost', alarm: false });
  const share = missing / Math.max(1, rows + missing);
  const reason = `at most ${counted(missing, 'prediction')} lost (${percent(share)}), by gaps in the log's numbering`;
  return say(missing === 0 ? 'pass' : 'inconclusive', reason, { statistic: share });
}

function minutes(ms: number): string {
  return `${Number((ms / 60_000).toPrecision(3))} min`;
}
