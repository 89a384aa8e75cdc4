/**
 * Our population stability index, `psi_deciles`: PSI = Σ (r − c) · ln(r / c) over the deciles of the reference with open ends (or
 * over categories), half a row in an empty bin.
 *
 * `auto` limits it by the bins and the sizes: without drift PSI / (1/N + 1/M) is about χ² with B − 1 degrees of freedom (Yurdakul
 * 2018, "Statistical Properties of Population Stability Index"). Where bins hold few rows the logarithm makes that too small a
 * limit (twice to ten times the stated false alarms at 100 rows), and Pearson's χ² of homogeneity, which weighs few rows less, has to
 * pass the same limit too.
 */

import { chiSquaredAbove, chiSquaredLimit } from '../statistics/gamma.ts';
import { type CountPair, sum } from './measure.ts';

/** An empty bin would make the logarithm infinite. */
const EMPTY_BIN_ROWS = 0.5;

/** Chance that a comparison without drift raises any alarm, over all its columns. */
export const FALSE_ALARMS = 0.01;

export interface Stability {
  readonly psi: number;
  /** Chance of differences this large without drift. */
  readonly pValue: number;
  /** From here on PSI is drift, for the chance of a false alarm that was asked for. */
  readonly limit: number;
}

/** Judges counts by bin; `falseAlarms` is the chance that is accepted for this column. */
export function stability(pair: CountPair, falseAlarms: number): Stability {
  const bins = pair.reference.filter((count, bin) => count + (pair.current[bin] ?? 0) > 0).length;
  const psi = populationStability(pair);
  const noise = 1 / sum(pair.reference) + 1 / sum(pair.current);
  if (bins < 2) return { psi, pValue: 1, limit: 0 };
  return {
    psi,
    pValue: chiSquaredAbove(Math.min(psi / noise, homogeneity(pair)), bins - 1),
    limit: chiSquaredLimit(falseAlarms, bins - 1) * noise,
  };
}

/** PSI of counts by bin. */
export function populationStability({ reference, current }: CountPair): number {
  const [rows, others] = [sum(reference), sum(current)];
  return reference.reduce((total, count, bin) => {
    const now = current[bin] ?? 0;
    if (count + now === 0) return total;
    const r = Math.max(count, EMPTY_BIN_ROWS) / rows;
    const c = Math.max(now, EMPTY_BIN_ROWS) / others;
    return total + (r - c) * Math.log(r / c);
  }, 0);
}

/** Pearson's χ² of the two rows of counts. */
function homogeneity({ reference, current }: CountPair): number {
  const [rows, others] = [sum(reference), sum(current)];
  return reference.reduce((total, count, bin) => {
    const now = current[bin] ?? 0;
    if (count + now === 0) return total;
    return total + (count * others - now * rows) ** 2 / ((count + now) * rows * others);
  }, 0);
}
