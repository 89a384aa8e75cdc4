/** A skew comparison as checks of a monitor: one over all values, and one per column. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { SkewEvidence } from '../evidence/skew.ts';
import { causeText, judgeShares } from './share.ts';

const MEASURE = 'differing_share';

/** Checks of a window's comparison; `max` and `alarm` are the policy's. Nothing to compare is inconclusive. */
export function skewChecks(
  skew: SkewEvidence,
  { max, alarm }: { readonly max: number; readonly alarm: boolean },
): readonly MonitorCheck[] {
  const base = {
    kind: 'skew',
    measure: MEASURE,
    threshold: max,
    pValue: null,
    reference: null,
    alarm,
  } as const;
  const judged = judgeShares(skew, max);
  const leftOut = skew.features.flatMap(({ column, leftOut: reason }): readonly MonitorCheck[] => {
    if (!reason) return [];
    const none = { statistic: null, low: null, high: null };
    return [{ ...base, ...none, subject: column, verdict: 'skipped', reason: reason.detail }];
  });
  if (!judged) {
    const reason = skew.note ?? 'no column could be compared';
    const none = { statistic: null, low: null, high: null };
    return [{ ...base, ...none, subject: skew.service, verdict: 'inconclusive', reason }, ...leftOut];
  }
  const { point, low, high } = judged.estimate;
  return [
    {
      ...base,
      subject: skew.service,
      verdict: judged.verdict.status,
      reason: judged.verdict.reason.slice(0, 500),
      statistic: point,
      low,
      high,
    },
    ...judged.features.map(({ feature, estimate, verdict }): MonitorCheck => {
      const why = causeText(feature);
      return {
        ...base,
        subject: feature.column,
        verdict: verdict.status,
        reason: `${verdict.reason}${why ? ` (${why})` : ''}`.slice(0, 500),
        statistic: estimate.point,
        low: estimate.low,
        high: estimate.high,
      };
    }),
    ...leftOut,
  ];
}
