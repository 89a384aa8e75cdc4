/** A skew comparison as checks of a monitor: one over all values, and one per column. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { SkewEvidence } from '../evidence/skew.ts';
import { check, type Say } from '../monitor/check.ts';
import { describe, type Verdict } from '../verdict.ts';
import { causeText, judgeShares } from './share.ts';

interface SkewPolicy {
  readonly max: number;
  readonly alarm: boolean;
}

interface CheckTerms extends SkewPolicy {
  /** What else people should know of the comparison as a whole. */
  readonly aside?: string | undefined;
}

/** Checks of a window's comparison; `max` and `alarm` are the policy's. Nothing to compare is inconclusive. */
export function skewChecks(
  skew: SkewEvidence,
  { aside = '', ...policy }: CheckTerms,
): readonly MonitorCheck[] {
  const { max } = policy;
  const judged = judgeShares(skew, max);
  const leftOut = skew.features.flatMap(({ column, leftOut: reason }) =>
    reason ? [sayOf(column, policy)('skipped', reason.detail, { threshold: max })] : [],
  );
  if (!judged) {
    const reason = skew.note ?? 'no column could be compared';
    return [sayOf(skew.service, policy)('inconclusive', `${reason}${aside}`, { threshold: max }), ...leftOut];
  }
  const { estimate, verdict, features } = judged;
  return [
    sayOf(skew.service, policy)(verdict.status, `${reasonOf(verdict)}${aside}`, numbersOf(estimate, max)),
    ...features.map(({ feature, estimate: own, verdict: one }) => {
      const why = causeText(feature);
      const reason = `${reasonOf(one)}${why ? ` (${why})` : ''}`;
      return sayOf(feature.column, policy)(one.status, reason, numbersOf(own, max));
    }),
    ...leftOut,
  ];
}

/** The one check of a window of which nothing is compared. */
export function noSkewCheck(
  subject: string,
  verdict: 'inconclusive' | 'skipped',
  { reason, max, alarm }: SkewPolicy & { readonly reason: string },
): MonitorCheck {
  return sayOf(subject, { alarm })(verdict, reason, { threshold: max });
}

function sayOf(subject: string, { alarm }: Pick<SkewPolicy, 'alarm'>): Say {
  return check({ kind: 'skew', subject, measure: 'differing_share', alarm });
}

function reasonOf(verdict: Verdict): string {
  return verdict.status === 'inconclusive'
    ? describe(verdict).replace(/^could not tell: /, '')
    : verdict.reason;
}

function numbersOf(
  {
    point,
    low,
    high,
  }: { readonly point: number | null; readonly low: number | null; readonly high: number | null },
  threshold: number,
) {
  return { statistic: point, low, high, threshold };
}
