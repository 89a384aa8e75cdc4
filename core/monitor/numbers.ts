/** Numbers against their profile: PSI on the reference's deciles, the largest gap of the distribution functions, and what lies beyond. */

import type { MonitorCheck } from '../evidence/monitor.ts';
import type { NumberProfile } from '../evidence/profile.ts';
import { between, decileEdges } from '../profile/bins.ts';
import { beyondExtreme } from '../statistics/exceedance.ts';
import { type Gap, largestBinnedGap } from '../statistics/smirnov.ts';
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
  const widest = largestBinnedGap(deciles);
  const end = ends[widest.bin];
  const moved = widest.gap > 0 && end !== undefined ? `; ${shareUpTo(profile.edges[end], widest)}` : '';
  return judgeStability(deciles, moved, terms, say('psi_deciles'));
}

function shareUpTo(edge: number | undefined, { reference, current }: Gap): string {
  return `up to ${short(edge ?? 0)} lie ${percent(reference)}, now ${percent(current)}`;
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
  const where = gap > 0 && edges[bin] !== undefined ? `: ${shareUpTo(edges[bin], found)}` : '';
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
