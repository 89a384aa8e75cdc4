/** From numbers to a verdict: ours by size-aware limit, the libraries' by their thresholds. Too few rows are never a pass. */

import type { Verdict } from '../verdict.ts';
import type { DriftMeasure, Score } from './measure.ts';
import type { Stability } from './population-stability.ts';

/** `auto` knows the sizes and the number of columns. */
export type Threshold = 'auto' | number;

export interface Sizes {
  readonly reference: number;
  readonly current: number;
}

export interface Judged {
  readonly statistic: number | null;
  readonly pValue: number | null;
  readonly threshold: number | null;
  readonly verdict: Verdict;
}

/** Rows on each side below which distances are noise. */
const MIN_ROWS = 100;

/** Judges our PSI. With `auto` drift is what chance does not explain; a number of one's own has to be passed as well. */
export function judgeStability(
  { psi, pValue, limit }: Stability,
  {
    sizes,
    threshold,
    falseAlarms,
  }: { readonly sizes: Sizes; readonly threshold: Threshold; readonly falseAlarms: number },
): Judged {
  const decided = threshold === 'auto' ? limit : threshold;
  const judged = (verdict: Verdict): Judged => ({ statistic: psi, pValue, threshold: decided, verdict });
  const few = tooFew(sizes, `PSI ${short(psi)}`);
  if (few) return judged(few);

  const certain = pValue <= falseAlarms;
  const comparison = `PSI ${short(psi)}, limit ${short(decided)}`;
  if (psi < decided || (threshold === 'auto' && !certain))
    return judged({ status: 'pass', reason: comparison });
  if (certain) return judged({ status: 'fail', reason: comparison });
  return judged({
    status: 'inconclusive',
    reason: `${comparison}, but at this size chance alone reaches ${short(limit)}`,
    wouldSettle: `about ${Math.ceil((limit / psi) * Math.max(MIN_ROWS, Math.min(sizes.reference, sizes.current)))} rows on each side`,
  });
}

/** Judges a library's measure. `threshold` undefined: the library's default. */
export function judgeScore(
  { statistic, pValue }: Score,
  measure: DriftMeasure,
  { sizes, threshold = measure.threshold }: { readonly sizes: Sizes; readonly threshold: number | undefined },
): Judged {
  const { of, when } = measure.drift;
  const score = of === 'p-value' ? (pValue ?? 1) : statistic;
  const what = of === 'p-value' ? `p ${short(score)}` : short(score);
  const judged = (verdict: Verdict): Judged => ({
    statistic: Number.isFinite(statistic) ? statistic : null,
    pValue,
    threshold,
    verdict,
  });
  const drifted = compare(score, when, threshold);
  const few = of === 'p-value' && drifted ? undefined : tooFew(sizes, what);
  if (few) return judged(few);
  return judged({
    status: drifted ? 'fail' : 'pass',
    reason: `${what}, drift when ${when} ${short(threshold)}`,
  });
}

/** A number for people: four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function tooFew({ reference, current }: Sizes, what: string): Verdict | undefined {
  if (Math.min(reference, current) >= MIN_ROWS) return undefined;
  return {
    status: 'inconclusive',
    reason: `${what} of ${reference} reference and ${current} current rows is noise`,
    wouldSettle: `${MIN_ROWS} rows on each side`,
  };
}

function compare(score: number, when: DriftMeasure['drift']['when'], threshold: number): boolean {
  switch (when) {
    case '>=':
      return score >= threshold;
    case '>':
      return score > threshold;
    case '<':
      return score < threshold;
    case '<=':
      return score <= threshold;
  }
}
