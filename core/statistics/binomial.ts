/**
 * Exact binomial and multinomial draws whose cost does not grow with the number of rows.
 * Binomial: inversion for small means; BTRS (Hörmann 1993, "The generation of binomial random variates") for large ones.
 */

import type { Random } from '../ports/random.ts';

/** Successes among `trials` with chance `p` each. */
export function drawBinomial(trials: number, p: number, random: Random): number {
  if (trials <= 0 || p <= 0) return 0;
  if (p >= 1) return trials;
  if (p > 0.5) return trials - drawBinomial(trials, 1 - p, random);
  return trials * p < 10 ? byInversion(trials, p, random) : byRejection(trials, p, random);
}

/** Draws `total` rows into cells with these relative frequencies, cell by cell, each binomial given the ones before. */
export function drawMultinomial(total: number, frequencies: readonly number[], random: Random): number[] {
  let left = total;
  let mass = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.map((frequency) => {
    const drawn = drawBinomial(left, mass > 0 ? Math.min(1, frequency / mass) : 0, random);
    left -= drawn;
    mass -= frequency;
    return drawn;
  });
}

function byInversion(trials: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  let chance = (1 - p) ** trials;
  let u = random.next();
  for (let k = 0; k < trials; k++) {
    if (u < chance) return k;
    u -= chance;
    chance *= (odds * (trials - k)) / (k + 1);
  }
  return trials;
}

function byRejection(trials: number, p: number, random: Random): number {
  const spread = Math.sqrt(trials * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = trials * p + 0.5;
  const accept = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;

  for (;;) {
    const u = random.next() - 0.5;
    const v = random.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || k > trials) continue;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= logDensity(k, trials, p)) return k;
  }
}

/** ln of the chance of k over that of the most likely number. Few draws come to ask for it. */
function logDensity(k: number, trials: number, p: number): number {
  const mode = Math.floor((trials + 1) * p);
  const peak = logFactorial(mode) + logFactorial(trials - mode);
  return peak - logFactorial(k) - logFactorial(trials - k) + (k - mode) * Math.log(p / (1 - p));
}

/** ln k!, by Stirling's series; below 10 by the product. */
function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let factor = 2; factor <= k; factor++) product *= factor;
    return Math.log(product);
  }
  const x = k + 1;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + 1 / (12 * x) - 1 / (360 * x ** 3);
}
