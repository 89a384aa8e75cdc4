/**
 * How large a share of values differs, and what that says against a limit. Values of one row are not independent of each other, so the
 * rows are the trials, however many columns they have. A single column can fail by itself, lest it hides among the others; its interval is
 * widened for the number of columns (Bonferroni).
 */

import type { Estimate } from '../evidence/estimate.ts';
import type { SkewEvidence, SkewFeature } from '../evidence/skew.ts';
import { judgeLimit } from '../gates/limit.ts';
import { number } from '../gates/number.ts';
import { shareInterval } from '../statistics/proportion.ts';
import { roundUp } from '../statistics/rows-needed.ts';
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
    verdict: judge({ estimate, max, rows, alpha: ALPHA }, 'of the values differ'),
    features: compared.map((feature) => {
      const share = feature.differing / feature.compared;
      const [alpha, trials] = [ALPHA / compared.length, feature.compared];
      const own = estimateOf({ share, rows: trials, alpha });
      const verdict = judge({ estimate: own, max, rows: trials, alpha }, `of ${feature.column} differ`);
      return { feature, estimate: own, verdict };
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

interface Question {
  readonly estimate: Estimate;
  readonly max: number;
  readonly rows: number;
  readonly alpha: number;
}

function judge({ estimate, max, rows, alpha }: Question, what: string): Verdict {
  const { point, low, high } = estimate;
  const interval = `[${percent(low ?? 0)}, ${percent(high ?? 1)}]`;
  const verdict = judgeLimit({
    estimate,
    bound: { atMost: max },
    decide: 'interval',
    reason: `${percent(point ?? 0)} ${interval} ${what}, wanted at most ${percent(max)}`,
    rows: { now: rows, name: 'logged rows' },
  });
  if (verdict.status !== 'inconclusive') return verdict;
  const needed = rowsNeeded({ share: point ?? 0, max, rows, alpha });
  if (needed === undefined) return verdict;
  const wouldSettle = `about ${needed.toLocaleString('en-US')} logged rows instead of ${rows.toLocaleString('en-US')} (if the share stays where it is)`;
  return { ...verdict, wouldSettle };
}

/** Near zero an interval shrinks faster than with the root of the rows, so rows are tried; undefined beyond a hundred times as many. */
function rowsNeeded({
  share,
  max,
  rows,
  alpha,
}: { readonly share: number } & Omit<Question, 'estimate'>): number | undefined {
  for (let tried = rows; tried <= 100 * rows; tried = Math.ceil(tried * 1.1)) {
    const { low, high } = shareInterval(share * tried, tried, alpha);
    if (high <= max || low > max) return roundUp(tried);
  }
  return undefined;
}
