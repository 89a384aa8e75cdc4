/** Drawing binomial numbers: exactly while few are expected, by the normal approximation where it is good. */

import type { Random } from '../ports/random.ts';

/** Expected successes and failures from which the normal approximation is taken. */
const NORMAL_FROM = 50;

/** How many of `trials` succeed, each with `chance`. */
export function binomial(random: Random, trials: number, chance: number): number {
  if (chance <= 0 || trials <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(random, trials, 1 - chance);
  if (trials * chance >= NORMAL_FROM) return byNormal(random, trials, chance);
  return byGaps(random, trials, chance);
}

/** Jumps from success to success; the gaps are geometric. */
function byGaps(random: Random, trials: number, chance: number): number {
  const scale = 1 / Math.log1p(-chance);
  let successes = 0;
  for (let at = gap(random, scale); at <= trials; at += gap(random, scale)) successes++;
  return successes;
}

function gap(random: Random, scale: number): number {
  return 1 + Math.floor(Math.log(1 - random.next()) * scale);
}

/** Box and Muller's normal number, rounded and kept within 0 and `trials`. */
function byNormal(random: Random, trials: number, chance: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const drawn = Math.round(trials * chance + normal * Math.sqrt(trials * chance * (1 - chance)));
  return Math.min(trials, Math.max(0, drawn));
}
