/**
 * Resamples of confusion counts. Without weights they are Multinomial(n, counts/n), which is what resampling rows does to them. With
 * weights the rows of each cell are drawn so, and the weight that m of them bring is drawn with the mean m·w̄ and the variance m·s² that
 * m draws from the cell's weights have.
 */

import type { Confusion } from '../evidence/groups.ts';
import type { Random } from '../ports/random.ts';
import { drawBinomial } from '../statistics/binomial.ts';
import type { NamedGroup } from './metric.ts';

/** The cells of a group, in the order in which they are kept. */
export const CELLS = ['tp', 'fp', 'fn', 'tn'] as const satisfies readonly (keyof Confusion)[];

/** One number per group and cell: sums of weights, or rows where there are none. */
export function cellsOf(groups: readonly { readonly counts: Confusion }[]): Float64Array {
  return Float64Array.from(groups.flatMap(({ counts }) => CELLS.map((cell) => counts[cell])));
}

/** A function that draws a resample into one array, which the next call overwrites. */
export function drawCells(groups: readonly NamedGroup[], random: Random): () => Float64Array {
  const weights = cellsOf(groups);
  const rows = cellsOf(groups.map(({ counts, weighing }) => ({ counts: weighing?.rows ?? counts })));
  const spreads = Float64Array.from(groups.flatMap((group) => CELLS.map((cell) => spreadOf(group, cell))));
  const isWeighted = groups.some(({ weighing }) => weighing);
  const total = rows.reduce((sum, count) => sum + count, 0);
  const drawn = new Float64Array(rows.length);

  return () => {
    let left = total;
    let mass = total;
    for (let cell = 0; cell < rows.length; cell++) {
      const count = rows[cell] ?? 0;
      const hits = drawBinomial(left, mass > 0 ? Math.min(1, count / mass) : 0, random);
      left -= hits;
      mass -= count;
      drawn[cell] = isWeighted && count > 0 ? weightOf(cell, hits, count) : hits;
    }
    return drawn;
  };

  function weightOf(cell: number, hits: number, count: number): number {
    const spread = spreads[cell] ?? 0;
    const noise = spread > 0 ? spread * Math.sqrt(hits) * drawNormal(random) : 0;
    return Math.max(0, (hits * (weights[cell] ?? 0)) / count + noise);
  }
}

/** s: the standard deviation of the weights in a cell. */
function spreadOf({ counts, weighing }: NamedGroup, cell: keyof Confusion): number {
  const rows = weighing?.rows[cell] ?? 0;
  if (!weighing || rows === 0) return 0;
  return Math.sqrt(Math.max(0, weighing.squares[cell] / rows - (counts[cell] / rows) ** 2));
}

/** A standard normal number (Box and Muller 1958). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
