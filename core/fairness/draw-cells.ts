/**
 * Resamples of confusion counts. Without weights they are Multinomial(n, counts/n), which is what resampling rows does to them. With
 * weights the rows of each cell are drawn so, and the weight that m of them bring is drawn with the mean m·w̄ and the variance m·s² that
 * m draws from the cell's weights have. With clusters the cells of a group are normal numbers that vary together as the clusters' counts do.
 */

import type { Confusion } from '../evidence/groups.ts';
import type { Random } from '../ports/random.ts';
import { drawBinomial } from '../statistics/binomial.ts';
import { CELLS, cellsOf } from './cells.ts';
import type { NamedGroup } from './metric.ts';
import { rootOf, unitMoments } from './moments.ts';

/** A function that draws a resample into one array, which the next call overwrites. */
export function drawCells(groups: readonly NamedGroup[], random: Random): () => Float64Array {
  return groups.some(({ clustering }) => clustering)
    ? drawClusters(groups, random)
    : drawRows(groups, random);
}

function drawClusters(groups: readonly NamedGroup[], random: Random): () => Float64Array {
  const counts = cellsOf(groups);
  const roots = groups.map((group) => rootOf(unitMoments(group)));
  const drawn = new Float64Array(counts.length);
  return () => {
    for (const [group, root] of roots.entries()) {
      const normal = CELLS.map(() => drawNormal(random));
      for (let cell = 0; cell < CELLS.length; cell++) {
        const place = group * CELLS.length + cell;
        let shift = 0;
        for (let k = 0; k <= cell; k++) shift += (root[cell * CELLS.length + k] ?? 0) * (normal[k] ?? 0);
        drawn[place] = Math.max(0, (counts[place] ?? 0) + shift);
      }
    }
    return drawn;
  };
}

function drawRows(groups: readonly NamedGroup[], random: Random): () => Float64Array {
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
