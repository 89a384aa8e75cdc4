/** The rows of a holdout as a sample: what they weigh, and which of them belong together. */

import { clustersOf, type Predictions, weightsOf } from '../metrics/predictions.ts';
import { type Sampling, unitsOf } from '../statistics/bootstrap.ts';

/** What is drawn, by the task itself. */
const UNITS = {
  'binary-classification': 'rows',
  'multiclass-classification': 'rows',
  regression: 'rows',
  ranking: 'lists',
  forecasting: 'series',
} as const satisfies Record<Predictions['task'], string>;

export interface Sampled extends Sampling {
  /** Rows or clusters. */
  readonly units: number;
  /** Units of one weight that would vary as much (Kish 1965): (Σw)² / Σw². */
  readonly effective: number;
  /** The same of rows, as if they were independent. */
  readonly effectiveRows: number;
  /** Whether every row counts the same and stands for itself. */
  readonly plain: boolean;
  /** What units are called. */
  readonly noun: string;
}

/** `named`: the clusters of `evaluate.cluster`; without it those of the task. */
export function sampledOf(predictions: Predictions, named: Int32Array | undefined): Sampled {
  const clusters = named ?? clustersOf(predictions)?.codes;
  const weights = weightsOf(predictions);
  const units = unitsOf({ weights, clusters });
  const sums = new Float64Array(units);
  for (let row = 0; row < weights.length; row++) {
    const unit = clusters?.[row] ?? row;
    sums[unit] = (sums[unit] ?? 0) + (weights[row] ?? 0);
  }
  const plain = !clusters && weights.every((weight) => weight === weights[0]);
  return {
    weights,
    clusters,
    units,
    effective: kish(sums),
    effectiveRows: kish(weights),
    plain,
    noun: named ? 'clusters' : UNITS[predictions.task],
  };
}

/** Clusters of these rows, numbered anew: some have none of them. */
export function clustersOfRows(clusters: Int32Array, rows: readonly number[]): Int32Array {
  const places = new Map<number, number>();
  return Int32Array.from(rows, (row) => {
    const code = clusters[row] ?? 0;
    const place = places.get(code) ?? places.size;
    places.set(code, place);
    return place;
  });
}

function kish(weights: Float64Array): number {
  let [total, squares] = [0, 0];
  for (const weight of weights) {
    total += weight;
    squares += weight ** 2;
  }
  return squares > 0 ? total ** 2 / squares : 0;
}
