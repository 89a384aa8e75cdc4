/**
 * How the false alarms that a month may have are shared out: over the windows of a month and the looks that each window gets, over the kinds
 * of alarm (equal parts), and over the tests of a kind (Bonferroni, which holds whatever the tests have to do with each other). The
 * number of tests comes from profile and policy, not from what a window happens to hold, so a limit moves only when those do.
 *
 *     chance per test = false-alarms / (windows a month · looks · kinds · tests)
 *
 * Looks are 1 + lookback; twice as many of drift where labels are waited for, since a window is looked at anew when they are due. A window
 * of more than a month counts as a month's only one: over ten years of files chance alone would else be allowed ten alarms a test.
 *
 * Holm's steps would change a limit by less than one part in the number of tests here, and no one could check them by hand.
 */

import type { Monitor, PerformanceMonitor } from '../config/monitor.ts';
import type { Profile, ProfilePredicate } from '../evidence/profile.ts';

/** A month, by the Gregorian calendar's 400 years. */
export const MONTH_MS = (365.2425 / 12) * 86_400_000;

/** Chance of a false alarm of one test, by kind. */
export interface Budget {
  readonly drift: number;
  readonly performance: number;
}

type Profiled = Pick<ProfilePredicate, 'columns' | 'predictions'>;

export function budgetOf(policy: Monitor, profile: Profiled, windowsPerMonth: number): Budget {
  const looks = 1 + policy.lookback;
  const perLook = Math.min(1, policy['false-alarms'] / (Math.max(1, windowsPerMonth) * looks));
  const alarming = policy.performance.filter(({ alarm }) => alarm);
  const kinds = Number(policy.drift?.alarm ?? false) + Number(alarming.length > 0);
  const shared = alarming.length > 0 ? alarming : policy.performance;
  const again = policy.performance.length > 0 ? 2 : 1;
  return {
    drift: perLook / again / (policy.drift?.alarm ? kinds : 1) / Math.max(1, driftTests(policy, profile)),
    performance: perLook / (alarming.length > 0 ? kinds : 1) / Math.max(1, limitsOf(shared)),
  };
}

function driftTests(policy: Monitor, { columns, predictions }: Profiled): number {
  const all = [...columns.map(({ profile }) => profile), ...(predictions ? [predictions] : [])];
  return all.reduce((sum, profile) => sum + testsOf(profile, policy), 0);
}

/** Numbers: PSI, KS unless PSI's limit is fixed, missing, range. Categories: PSI, missing, unseen. */
function testsOf({ kind }: Profile, policy: Monitor): number {
  switch (kind) {
    case 'number':
      return policy.drift?.psi === 'auto' ? 4 : 3;
    case 'category':
      return 3;
    case 'skipped':
      return 0;
  }
}

function limitsOf(monitors: readonly PerformanceMonitor[]): number {
  return monitors.flatMap(({ min, max, ratio }) => [min, max, ratio]).filter((limit) => limit !== undefined)
    .length;
}
