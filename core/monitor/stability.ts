/**
 * PSI says how far a distribution went, χ² of homogeneity whether chance explains it; drift is both. `auto` limits PSI at what the chance
 * of a false alarm makes of it, χ²(1 − chance, B − 1) · (1/N + 1/n) (Yurdakul 2018). A fixed limit has to be passed besides.
 */

import { populationStability } from '../drift/population-stability.ts';
import type { MonitorCheck } from '../evidence/monitor.ts';
import { type Counts, homogeneity } from '../statistics/homogeneity.ts';
import { chanceText, type Say, short } from './check.ts';
import type { DriftTerms } from './terms.ts';

/** `moved`: what a person should know beside the number. */
export function judgeStability(counts: Counts, moved: string, terms: DriftTerms, say: Say): MonitorCheck {
  const psi = populationStability({ keys: [], ...counts });
  const { pValue, freedom } = homogeneity(counts);
  const chance = freedom < 1 ? 0 : terms.chiSquared(freedom) * noise(counts);
  const threshold = terms.psi === 'auto' ? chance : terms.psi;
  const numbers = { statistic: psi, threshold, pValue };
  const reason = `PSI ${short(psi)}, limit ${short(threshold)}, p ${chanceText(pValue)}${moved}`;
  if (psi < threshold || (terms.psi === 'auto' && pValue > terms.chance)) return say('pass', reason, numbers);
  if (pValue <= terms.chance) return say('fail', reason, numbers);
  return say('inconclusive', `${reason}; at this size chance alone reaches ${short(chance)}`, numbers);
}

function noise({ reference, current }: Counts): number {
  return 1 / sum(reference) + 1 / sum(current);
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
