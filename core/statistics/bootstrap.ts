/**
 * Paired bootstrap: each resample is one vector of row counts, and every measure of candidate and champion sees the same one.
 * A difference between two models then varies only where they differ.
 */

import { pick } from '../chance.ts';
import { isDefined, type Measure } from '../metrics/metric.ts';
import type { Random } from '../ports/random.ts';

export const REPLICATES = 1000;

const JACKKNIFE_BLOCKS = 100;

/** One measure on every resample and on every jackknife block. */
export interface Spread {
  readonly replicates: Float64Array;
  readonly jackknife: Float64Array;
}

/** Draws `rows` rows with replacement, `replicates` times, and measures each time. `onProgress` hears of every tenth of the way. */
export function bootstrap(
  { rows, replicates = REPLICATES }: { readonly rows: number; readonly replicates?: number },
  measures: readonly Measure[],
  random: Random,
  onProgress: (done: number) => void = () => {},
): readonly Spread[] {
  const blocks = Math.min(JACKKNIFE_BLOCKS, rows);
  const spreads = measures.map(() => ({
    replicates: new Float64Array(replicates),
    jackknife: new Float64Array(blocks),
  }));
  const weights = new Float64Array(rows);

  for (let replicate = 0; replicate < replicates; replicate++) {
    drawCounts(weights, random);
    record('replicates', replicate);
    if ((replicate + 1) % Math.ceil(replicates / 10) === 0) onProgress(replicate + 1);
  }
  for (let block = 0; block < blocks; block++) {
    for (let row = 0; row < rows; row++) weights[row] = row % blocks === block ? 0 : 1;
    record('jackknife', block);
  }
  return spreads;

  function record(column: 'replicates' | 'jackknife', place: number): void {
    for (const [index, measure] of measures.entries()) {
      const value = measure(weights);
      const spread = spreads[index];
      if (spread) spread[column][place] = isDefined(value) ? value : Number.NaN;
    }
  }
}

/** How often each row is drawn in `weights.length` draws. */
function drawCounts(weights: Float64Array, random: Random): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) {
    const row = pick(random, weights.length);
    weights[row] = (weights[row] ?? 0) + 1;
  }
}
