/**
 * Whether there are rows enough for an interval, and how many of them decide. Metrics of one class rest on the rows of the rarest, however
 * many there are in all; precision rests on those that are predicted positive.
 */

import type { Metric } from '../metrics/metric.ts';
import type { Predictions } from '../metrics/predictions.ts';
import type { Sampled } from './sampled.ts';

/**
 * With fewer rows (or fewer of what a metric rests on) an interval promises more than it knows. By simulation, that of a balanced accuracy
 * with four rows of one class holds the truth in 74 % of samples, that of a precision with six rows predicted positive in 60 %.
 */
const FEWEST_ROWS = 20;
const FEWEST_OF_PART = 10;

/** As many units of one weight as vary as much: one customer with half of the rows, or one row with half of the weight, makes many others count little. */
const FEWEST_EFFECTIVE = 20;

const LONGEST_CLASS = 50;

export interface Rivals {
  readonly candidate: Predictions;
  readonly champion: Predictions | null;
}

/** Rows that a metric rests on. */
export interface Part {
  /** `positive rows`. */
  readonly what: string;
  /** Rows, or clusters with any. */
  readonly units: number;
  /** Units of one weight that would vary as much (Kish 1965). */
  readonly effective: number;
}

/** What the metric rests on beside all rows; parts without rows are left out: what rests on them is undefined. */
export function decisiveParts(
  { perClass, perPredicted }: Metric,
  { candidate, champion }: Rivals,
  sampled: Sampled,
): readonly Part[] {
  const { task, labels } = candidate;
  const parts: Part[] = [];
  if (task === 'binary-classification') {
    if (perClass) parts.push(...countParts(['negative rows', 'positive rows'], labels, sampled));
    const models = perPredicted ? [candidate, champion] : [];
    for (const model of models) {
      if (model?.task !== 'binary-classification') continue;
      const predicted = model.scores.map((score) => (score >= model.threshold ? 0 : -1));
      parts.push(...countParts(['rows predicted positive'], predicted, sampled));
    }
  }
  if (task === 'multiclass-classification' && perClass === true) {
    const names = candidate.classes.map((name) => `rows of class ${name.slice(0, LONGEST_CLASS)}`);
    parts.push(...countParts(names, labels, sampled));
  }
  return parts.filter(({ units }) => units > 0);
}

/** Why there is no interval; undefined: there is enough of everything. */
export function tooFew(parts: readonly Part[], sampled: Sampled): string | undefined {
  const { weights, clusters, units, effective, noun } = sampled;
  const rows = weights.length;
  if (!clusters && rows < FEWEST_ROWS) return `${rows} rows are too few for an interval (${FEWEST_ROWS})`;
  if (effective < FEWEST_EFFECTIVE) {
    const size = clusters ? 'size' : 'weight';
    const uneven =
      effective < 0.9 * units ? `, which vary as ${Math.floor(effective)} of one ${size} would,` : '';
    return `${units} ${noun}${uneven} are too few for an interval (${FEWEST_EFFECTIVE})`;
  }
  const rarest = parts.reduce<Part | undefined>(
    (least, part) => (least && least.units <= part.units ? least : part),
    undefined,
  );
  if (!rarest || rarest.units >= FEWEST_OF_PART) return undefined;
  const few = `${rarest.units} ${clusters ? 'clusters with ' : ''}${rarest.what}`;
  return `${few} are too few for an interval (${FEWEST_OF_PART})`;
}

/** How many units there are in each part; `partOf` has each row's place in `names`, or -1. */
function countParts(
  names: readonly string[],
  partOf: Iterable<number>,
  { weights, clusters }: Sampled,
): readonly Part[] {
  const ofCluster = names.map(() => new Map<number, number>());
  const units = new Float64Array(names.length);
  const totals = new Float64Array(names.length);
  const squares = new Float64Array(names.length);
  let row = -1;
  for (const part of partOf) {
    row++;
    const weight = weights[row] ?? 0;
    if (part < 0 || weight === 0) continue;
    const cluster = clusters?.[row];
    if (cluster === undefined) add(part, weight);
    else ofCluster[part]?.set(cluster, (ofCluster[part]?.get(cluster) ?? 0) + weight);
  }
  for (const [part, sums] of ofCluster.entries()) for (const sum of sums.values()) add(part, sum);
  return names.map((what, part) => ({
    what,
    units: units[part] ?? 0,
    effective: squares[part] ? (totals[part] ?? 0) ** 2 / (squares[part] ?? 1) : 0,
  }));

  function add(part: number, weight: number): void {
    units[part] = (units[part] ?? 0) + 1;
    totals[part] = (totals[part] ?? 0) + weight;
    squares[part] = (squares[part] ?? 0) + weight ** 2;
  }
}
