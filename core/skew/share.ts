/**
 * How large a share of values differs, and what that says against a limit. Values of one row are not independent of each other, so the
 * rows are the trials, however many columns they have. A single column can fail by itself, lest it hides among the others; its interval is
 * widened for the number of columns (Bonferroni).
 */

import type { Estimate } from '../evidence/evaluation.ts';
import type { SkewEvidence, SkewFeature } from '../evidence/skew.ts';
import { judgeLimit } from '../gates/limit.ts';
import { number } from '../gates/number.ts';
import { shareInterval } from '../statistics/proportion.ts';
import type { Verdict } from '../verdict.ts';

const ALPHA = 0.05;

interface JudgedFeature {
  readonly feature: SkewFeature;
  readonly estimate: Estimate;
  readonly verdict: Verdict;
}

export interface JudgedSkew {
  /** Over all compared values. */
  readonly estimate: Estimate;
  readonly verdict: Verdict;
  /** Every compared column, the worst first. */
  readonly features: readonly JudgedFeature[];
}

/** What was compared, against `max`; undefined when nothing was. */
export function judgeShares({ rows, features }: SkewEvidence, max: number): JudgedSkew | undefined {
  const compared = features
    .filter((feature) => !feature.leftOut && feature.compared > 0)
    .toSorted((a, b) => b.differing / b.compared - a.differing / a.compared);
  if (rows === 0 || compared.length === 0) return undefined;

  const values = compared.reduce((sum, feature) => sum + feature.compared, 0);
  const differing = compared.reduce((sum, feature) => sum + feature.differing, 0);
  const estimate = estimateOf({ share: differing / values, rows, alpha: ALPHA });
  return {
    estimate,
    verdict: judge(estimate, max, rows, 'of the values differ'),
    features: compared.map((feature) => {
      const share = feature.differing / feature.compared;
      const own = estimateOf({ share, rows: feature.compared, alpha: ALPHA / compared.length });
      return {
        feature,
        estimate: own,
        verdict: judge(own, max, feature.compared, `of ${feature.column} differ`),
      };
    }),
  };
}

/** `12.3 %`. */
export function percent(share: number): string {
  return `${number(share * 100)} %`;
}

/** `late: served the row of …`; undefined where no cause is known. */
export function causeText({ cause }: SkewFeature): string | undefined {
  return cause ? `${cause.name}: ${cause.detail}` : undefined;
}

function estimateOf({
  share,
  rows,
  alpha,
}: {
  readonly share: number;
  readonly rows: number;
  readonly alpha: number;
}): Estimate {
  return { point: share, ...shareInterval(share * rows, rows, alpha) };
}

function judge(estimate: Estimate, max: number, rows: number, what: string): Verdict {
  const { point, low, high } = estimate;
  const interval = `[${percent(low ?? 0)}, ${percent(high ?? 1)}]`;
  return judgeLimit({
    estimate,
    bound: { atMost: max },
    decide: 'interval',
    reason: `${percent(point ?? 0)} ${interval} ${what}, wanted at most ${percent(max)}`,
    rows: { now: rows, name: 'logged rows' },
  });
}
