/**
 * Failures among many limits. All gates must pass, so passing needs no correction: a bad candidate passes all of them at most as often as
 * the one that it breaks (intersection-union test, Berger 1982). A failure of any one fails the whole, and among twenty limits one fails
 * by chance: a failure that does not survive the correction could not tell.
 */

import type { Estimate } from '../evidence/estimate.ts';
import { findings, type Procedure } from '../statistics/corrected.ts';
import { normalAbove } from '../statistics/gamma.ts';
import { quantileOf } from '../statistics/power.ts';
import { studentAbove } from '../statistics/student.ts';
import type { Verdict } from '../verdict.ts';
import { clears, limitOf } from './limit.ts';
import { type Bound, type GateResult, notMeasured } from './result.ts';

/** Chance of a false failure of one limit alone: one side of a 95 % interval. */
const ALPHA = 0.025;

export interface Judged {
  readonly result: GateResult;
  /** Absent where no interval decided. */
  readonly test?: {
    readonly estimate: Estimate;
    readonly bound: Bound;
    readonly settles: string | undefined;
  };
}

/** The results in their order, failures that may be chance as `inconclusive`. */
export function correctFailures(judged: readonly Judged[], procedure: Procedure): readonly GateResult[] {
  const pValues = judged.map(({ test }) => test && chanceOfFailure(test.estimate, test.bound));
  const tested = pValues.filter((p) => p !== undefined);
  const kept = findings(tested, { procedure, alpha: ALPHA });
  let place = 0;
  return judged.map(({ result, test }, index) => {
    const isFinding = pValues[index] === undefined || kept[place++];
    if (isFinding || result.verdict.status !== 'fail') return result;
    return { ...result, verdict: mayBeChance(result.verdict, tested.length, procedure, test?.settles) };
  });
}

/** How often an estimate so far beyond the limit, or further, comes from a candidate that stands on it, by stretching the interval's side. */
function chanceOfFailure({ point, low, high, freedom }: Estimate, bound: Bound): number | undefined {
  if (point === null || low === null || high === null) return undefined;
  const limit = limitOf(bound);
  const half = limit > point ? high - point : point - low;
  const distance = clears(point, bound) ? -Math.abs(point - limit) : Math.abs(point - limit);
  const t = distance === 0 ? 0 : (quantileOf(freedom) * distance) / half;
  return freedom === undefined ? normalAbove(t) : studentAbove(t, freedom);
}

function mayBeChance(
  { reason }: Verdict,
  limits: number,
  procedure: Procedure,
  settles: string | undefined,
): Verdict {
  const name = procedure === 'holm' ? 'Holm' : 'Benjamini-Hochberg';
  return notMeasured(
    `${reason}; alone it would fail, but among ${limits} limits one is so far off by chance (${name})`,
    settles ?? 'more rows',
  );
}
