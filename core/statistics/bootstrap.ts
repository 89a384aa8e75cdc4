/**
 * Paired bootstrap: each resample is one vector of row weights, and every measure of candidate and champion sees the same one.
 * A difference between two models then varies only where they differ. What is drawn are units: rows, or whole clusters of them.
 */

import { pick } from '../chance.ts';
import { isDefined, type Measure } from '../metrics/metric.ts';
import type { Random } from '../ports/random.ts';

export const REPLICATES = 1000;

const JACKKNIFE_BLOCKS = 100;

/** What is drawn from. */
export interface Sampling {
  /** Of every row; a row that is drawn twice weighs twice as much. */
  readonly weights: Float64Array;
  /** Each row's cluster, numbered from 0; absent: every row is one of its own. */
  readonly clusters?: Int32Array | undefined;
}

/** One measure on every resample and on every jackknife block. */
export interface Spread {
  readonly replicates: Float64Array;
  readonly jackknife: Float64Array;
}

/**
 * Draws as many units as there are, with replacement, `replicates` times, and measures each time; then leaves out one block of units each.
 * `onProgress` hears of every tenth of the way.
 */
export function bootstrap(
  { weights, clusters, replicates = REPLICATES }: Sampling & { readonly replicates?: number },
  measures: readonly Measure[],
  random: Random,
  onProgress: (done: number) => void = () => {},
): readonly Spread[] {
  if (measures.length === 0) return [];
  const units = unitsOf({ weights, clusters });
  const blocks = Math.min(JACKKNIFE_BLOCKS, units);
  const spreads = measures.map(() => ({
    replicates: new Float64Array(replicates),
    jackknife: new Float64Array(blocks),
  }));
  const counts = new Float64Array(units);
  const drawn = new Float64Array(weights.length);

  for (let replicate = 0; replicate < replicates; replicate++) {
    drawCounts(counts, random);
    record('replicates', replicate);
    if ((replicate + 1) % Math.ceil(replicates / 10) === 0) onProgress(replicate + 1);
  }
  for (let block = 0; block < blocks; block++) {
    for (let unit = 0; unit < units; unit++) counts[unit] = unit % blocks === block ? 0 : 1;
    record('jackknife', block);
  }
  return spreads;

  function record(column: 'replicates' | 'jackknife', place: number): void {
    for (let row = 0; row < drawn.length; row++) {
      drawn[row] = (weights[row] ?? 0) * (counts[clusters?.[row] ?? row] ?? 0);
    }
    for (const [index, measure] of measures.entries()) {
      const value = measure(drawn);
      const spread = spreads[index];
      if (spread) spread[column][place] = isDefined(value) ? value : Number.NaN;
    }
  }
}

/** How many units there are: clusters, or rows where they have none. */
export function unitsOf({ weights, clusters }: Sampling): number {
  if (!clusters) return weights.length;
  return 1 + clusters.reduce((most, code) => Math.max(most, code), -1);
}

/** How often each unit is drawn in as many draws as there are units. */
function drawCounts(counts: Float64Array, random: Random): void {
  counts.fill(0);
  for (let draw = 0; draw < counts.length; draw++) {
    const unit = pick(random, counts.length);
    counts[unit] = (counts[unit] ?? 0) + 1;
  }
}
