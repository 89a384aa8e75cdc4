/** The rows of a holdout as a sample: what they weigh, which of them belong together, and whether there are enough for an interval. */

import type { Metric } from '../metrics/metric.ts';
import { clustersOf, type Predictions, weightsOf } from '../metrics/predictions.ts';
import { type Sampling, unitsOf } from '../statistics/bootstrap.ts';

/** With fewer rows (or, for metrics of one class, fewer rows of it) an interval promises more than it knows. */
const FEWEST_ROWS = 20;
const FEWEST_OF_CLASS = 10;

/** As many clusters of one size as vary as much: one customer with half of the rows makes many small ones count little. */
const FEWEST_CLUSTERS = 20;

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
  /** Whether every row counts 1 and stands for itself. */
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
  let [total, squares] = [0, 0];
  for (const sum of sums) {
    total += sum;
    squares += sum ** 2;
  }
  const plain = !clusters && !predictions.weights;
  return {
    weights,
    clusters,
    units,
    effective: squares > 0 ? total ** 2 / squares : 0,
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

/** Why there is no interval; undefined: there is enough of everything. */
export function tooFew(
  metric: Metric,
  predictions: Predictions,
  { clusters, units, effective, noun }: Sampled,
): string | undefined {
  const rows = predictions.labels.length;
  if (!clusters && rows < FEWEST_ROWS) return `${rows} rows are too few for an interval (${FEWEST_ROWS})`;
  if (clusters && effective < FEWEST_CLUSTERS) {
    const uneven =
      effective < 0.9 * units ? `, which vary as ${Math.floor(effective)} of one size would,` : '';
    return `${units} ${noun}${uneven} are too few for an interval (${FEWEST_CLUSTERS})`;
  }
  if (predictions.task !== 'binary-classification' || !metric.perClass) return undefined;
  return tooFewOfClass(predictions.labels, clusters);
}

function tooFewOfClass(labels: Uint8Array, clusters: Int32Array | undefined): string | undefined {
  const [negatives, positives] = [unitsWith(labels, 0, clusters), unitsWith(labels, 1, clusters)];
  const rarer = Math.min(positives, negatives);
  if (rarer >= FEWEST_OF_CLASS) return undefined;
  const which = positives === rarer ? 'positive' : 'negative';
  return clusters
    ? `${rarer} clusters with ${which} rows are too few for an interval (${FEWEST_OF_CLASS})`
    : `${rarer} ${which} rows are too few for an interval (${FEWEST_OF_CLASS})`;
}

function unitsWith(labels: Uint8Array, wanted: number, clusters: Int32Array | undefined): number {
  if (!clusters) return labels.reduce((sum, label) => sum + (label === wanted ? 1 : 0), 0);
  const found = new Set<number>();
  for (let row = 0; row < labels.length; row++) if (labels[row] === wanted) found.add(clusters[row] ?? 0);
  return found.size;
}
