/** What an inconclusive benchmark asks for: the rows at which four of five evaluations would tell, and on what assumption. */

import type { Estimate } from '../evidence/estimate.ts';
import { errorOf, resolvable, rowsForPower } from '../statistics/power.ts';
import { rowsForPowerWithSeeds, type SeedSpread } from '../statistics/seeds.ts';
import { roundUp } from '../statistics/rows-needed.ts';
import { limitOf } from './limit.ts';
import { number } from './number.ts';
import type { Bound } from './result.ts';

/** Beyond this many times today's rows nobody waits for more rows. */
const HOPELESS = 100;

/** Chance on the side of the limit that a 95 % interval leaves. */
const TAIL = 0.025;

/** What an estimate rests on. */
export interface Rows {
  readonly now: number;
  readonly name: string;
}

export interface PowerQuestion {
  readonly estimate: Estimate;
  readonly bound: Bound;
  /** The loss that is allowed (non-inferiority); undefined: the estimate says how far the limit is. */
  readonly margin: number | undefined;
  readonly rows: Rows;
  /** Limits that share the chance of a false failure. */
  readonly tests: number;
  /** How much models differ by seed, where the interval holds that. */
  readonly spread?: SeedSpread;
}

/**
 * With a margin, the rows do not depend on where this estimate happens to lie: enough pass a candidate as good as the champion, and fail one
 * that is two margins worse, 80 % of the time each. Undefined where there is no interval.
 */
export function rowsToSettle(question: PowerQuestion): string | undefined {
  const { estimate, bound, margin, rows, tests, spread } = question;
  const { point, low, high, freedom } = estimate;
  if (point === null || low === null || high === null) return undefined;
  const error = errorOf({ low, high }, freedom);
  const sized = { rows: rows.now, error, tail: TAIL / tests };
  const needs = (distance: number) =>
    spread && spread.deviation > 0
      ? rowsForPowerWithSeeds({ ...sized, distance }, spread)
      : rowsForPower({ ...sized, distance });

  if (margin !== undefined && margin > 0) {
    const needed = needs(margin);
    if (spread && needed === Number.POSITIVE_INFINITY) return seedsDiffer(spread, margin);
    if (needed > rows.now) {
      const least = number(resolvable(error));
      return asked(
        rows,
        needed,
        `80 % power: a candidate as good as the champion passes, one two margins worse fails; ${rows.now.toLocaleString('en-US')} resolve a margin of ${least}`,
      );
    }
  }
  const distance = Math.abs(point - limitOf(bound));
  const needed = needs(distance);
  if (!(needed <= HOPELESS * rows.now)) {
    return `a limit further from the estimate (more ${rows.name} hardly can: the estimate stands almost on the limit), or \`decide: point\``;
  }
  return asked(rows, Math.max(rows.now + 1, needed), '80 % power, if the truth is where the estimate is');
}

/** More seeds make their deviation better known, not smaller. */
function seedsDiffer({ deviation, runs }: SeedSpread, margin: number): string {
  return `a training whose models differ less by seed (by ${number(deviation)} over ${runs}: more rows cannot tell a margin of ${margin}), more seeds, or a wider margin`;
}

function asked(rows: Rows, needed: number, assumption: string): string {
  return `about ${roundUp(needed).toLocaleString('en-US')} ${rows.name} instead of ${rows.now.toLocaleString('en-US')} (${assumption})`;
}
