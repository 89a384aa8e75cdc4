/**
 * The one rule of all gates (design §10): the whole 95 % interval must clear the limit; an interval that straddles it could
 * not tell. `decide: point` lets the estimate alone decide, and the reason says so.
 */

import type { Estimate } from '../evidence/estimate.ts';
import { wouldSettle } from '../statistics/rows-needed.ts';
import type { Verdict } from '../verdict.ts';
import { type Bound, notMeasured } from './result.ts';

export interface LimitQuestion {
  readonly estimate: Estimate;
  readonly bound: Bound;
  readonly decide: 'interval' | 'point';
  /** A sentence with the numbers and the limit. */
  readonly reason: string;
  /** What the estimate rests on, for what would settle it. */
  readonly rows: { readonly now: number; readonly name: string };
  /** What would settle an interval that straddles the limit; absent: worked out from the interval's width. */
  readonly settles?: string | undefined;
}

export function judgeLimit({ estimate, bound, decide, reason, rows, settles }: LimitQuestion): Verdict {
  const { point, low, high } = estimate;
  if (point === null) {
    return notMeasured(
      `${reason}: ${estimate.reason ?? 'the value is undefined'}`,
      `${rows.name} on which it is defined`,
    );
  }
  if (decide === 'point') {
    const status = clears(point, bound) ? 'pass' : 'fail';
    return { status, reason: `${reason} (decided by the estimate alone: \`decide: point\`)` };
  }
  if (low === null || high === null) {
    const why = estimate.reason ?? 'there is no interval';
    return notMeasured(`${reason}: ${why}`, settles ?? `more ${rows.name}`);
  }
  if (clears(low, bound) && clears(high, bound)) return { status: 'pass', reason };
  if (!clears(low, bound) && !clears(high, bound)) return { status: 'fail', reason };
  return {
    status: 'inconclusive',
    reason: `${reason}; the interval holds the limit`,
    wouldSettle: settles ?? wouldSettle({ point, low, high }, limitOf(bound), rows),
  };
}

export function limitOf(bound: Bound): number {
  return 'atLeast' in bound ? bound.atLeast : bound.atMost;
}

/** `at least 0.78`. */
export function boundText(bound: Bound, unit = ''): string {
  return 'atLeast' in bound ? `at least ${bound.atLeast}${unit}` : `at most ${bound.atMost}${unit}`;
}

export function clears(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}
