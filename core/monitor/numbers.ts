/** Numbers against their profile: PSI on the reference's deciles, the largest gap of the distribution functions, and what lies beyond. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { NumberProfile } from '../evidence/profile.ts';
import { between, decileEdges } from '../profile/bins.ts';
import { beyondExtreme } from '../statistics/exceedance.ts';
import { largestBinnedGap } from '../statistics/smirnov.ts';
import { chanceText, percent, type SayOf, short } from './check.ts';
import { judgeStability } from './stability.ts';
import type { NumberCounts } from './summary.ts';
import { type DriftTerms, type Sides, tooFew } from './terms.ts';

export function judgeNumbers(
  profile: NumberProfile,
  counted: NumberCounts,
  terms: DriftTerms,
  say: SayOf,
): readonly MonitorCheck[] {
  const sides = { reference: profile.rows - profile.missing, current: counted.rows - counted.missing };
  const few = tooFew(sides, terms);
  if (few) {
    const range = say('range', 'range')('inconclusive', few);
    return [say('psi_deciles')('inconclusive', few), say('ks')('inconclusive', few), range];
  }
  return [
    judgeDeciles(profile, counted, terms, say),
    judgeGap(profile, counted, { ...sides, terms }, say),
    judgeRange(profile, counted, { ...sides, terms }, say),
  ];
}

function judgeDeciles(
  profile: NumberProfile,
  counted: NumberCounts,
  terms: DriftTerms,
  say: SayOf,
): MonitorCheck {
  const ends = decileEdges(profile.counts);
  const deciles = { reference: between(profile.counts, ends), current: between(counted.counts, ends) };
  const moved = `; half of the rows up to ${middle(profile, profile.counts)}, now ${middle(profile, counted.counts)}`;
  return judgeStability(deciles, moved, terms, say('psi_deciles'));
}

/** About the median: the edge that half of the rows are up to. */
function middle({ edges, highest }: NumberProfile, counts: readonly number[]): string {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let upTo = 0;
  const bin = counts.findIndex((count) => {
    upTo += count;
    return upTo >= half;
  });
  return short(edges[bin] ?? highest ?? 0);
}

interface Judging extends Sides {
  readonly terms: DriftTerms;
}

function judgeGap(
  { counts, edges }: NumberProfile,
  counted: NumberCounts,
  { reference, current, terms }: Judging,
  say: SayOf,
): MonitorCheck {
  const found = largestBinnedGap({ reference: counts, current: counted.counts });
  const { gap, pValue, bin } = found;
  const size = (reference * current) / (reference + current);
  const threshold = Math.sqrt(Math.log(2 / terms.chance) / (2 * size));
  const edge = edges[bin];
  const where =
    edge === undefined
      ? ''
      : `: up to ${short(edge)} lie ${percent(found.reference)}, now ${percent(found.current)}`;
  const reason = `gap ${short(gap)}, limit ${short(threshold)}${where}`;
  const numbers = { statistic: gap, threshold, pValue };
  if (terms.psi !== 'auto')
    return say('ks')('skipped', `${reason}; the policy fixes a limit for PSI`, numbers);
  return say('ks')(pValue <= terms.chance ? 'fail' : 'pass', reason, numbers);
}

/** Either side, so each may have half of the chance. */
function judgeRange(
  { lowest, highest, below, above }: NumberProfile,
  { beneath, beyond }: NumberCounts,
  { reference, current, terms }: Judging,
  say: SayOf,
): MonitorCheck {
  const tail = (rows: number) => beyondExtreme(rows, { rows: current, reference });
  const pValue = Math.min(1, 2 * Math.min(tail(beneath), tail(beyond)));
  const from = below > 0 ? '−∞' : short(lowest ?? 0);
  const to = above > 0 ? '∞' : short(highest ?? 0);
  const outside = beneath + beyond;
  const reason = `${outside} of ${current} rows outside ${from} to ${to} (${beneath} below, ${beyond} above), p ${chanceText(pValue)}`;
  const numbers = { statistic: outside / current, pValue, reference: 0 };
  return say('range', 'range')(pValue <= terms.chance ? 'fail' : 'pass', reason, numbers);
}
