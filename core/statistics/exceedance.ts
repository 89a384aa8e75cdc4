/**
 * Exceedances of two samples of one population: the chance that k or more of n new rows lie beyond the most extreme of N old ones is
 * the chance that the k most extreme of all N + n rows are all new, whatever the distribution (Gumbel and von Schelling 1950).
 *
 *     P = Π over i < k of (n − i) / (N + n − i)
 */

import { lnGamma } from '../rollout/beta.ts';

/** P(k or more of `rows` beyond the extreme of `reference` rows). */
export function beyondExtreme(
  k: number,
  { rows, reference }: { readonly rows: number; readonly reference: number },
): number {
  if (k <= 0) return 1;
  if (k > rows) return 0;
  const all = reference + rows;
  return Math.exp(lnGamma(rows + 1) - lnGamma(rows - k + 1) - lnGamma(all + 1) + lnGamma(all - k + 1));
}
