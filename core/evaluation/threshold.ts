/**
 * A threshold that is chosen on data, and never judged on the rows that chose it: the best of many thresholds looks better on its own
 * rows than it is. One half of the rows chooses, the other is judged; a hash says which, so that nobody can draw again. Metrics that
 * know no threshold are measured on the judged half too: all numbers speak of the same rows.
 */

import { MergewayError } from '../errors.ts';
import type { BinaryCounts } from '../metrics/counts.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import { isDefined, type Metric } from '../metrics/metric.ts';
import { type BinaryPredictions, select, weightsOf } from '../metrics/predictions.ts';
import { rank } from '../metrics/ranking.ts';

export interface ThresholdChoice {
  readonly maximize: MetricName;
}

export interface ChosenThreshold extends ThresholdChoice {
  readonly value: number;
  /** Rows that chose it. */
  readonly rows: number;
}

/** Metrics that a threshold can be chosen by. */
export const choosable: readonly MetricName[] = metricNames.filter(
  (name) => (metrics[name] as Metric).atThreshold !== undefined,
);

/**
 * The score from which on the metric is highest on the choosing half, the highest such score where several are, and the rows of the
 * other half. `keys`: rows of one key stay in one half; absent: a row's key is its number. MW_THRESHOLD_UNDEFINED.
 */
export function chooseThreshold(
  predictions: BinaryPredictions,
  { maximize }: ThresholdChoice,
  keys?: readonly string[],
): { readonly chosen: ChosenThreshold; readonly rows: readonly number[] } {
  const halves: [number[], number[]] = [[], []];
  for (const row of predictions.labels.keys()) {
    halves[isChoosing(keys?.[row] ?? String(row)) ? 0 : 1].push(row);
  }
  const [choosing, judged] = halves;
  const rows = select(predictions, choosing);
  const value = hasBothClasses(rows) ? bestThreshold(rows, metrics[maximize]) : undefined;
  if (value === undefined || judged.length === 0) {
    throw new MergewayError(
      'MW_THRESHOLD_UNDEFINED',
      `the ${choosing.length} rows that would choose a threshold by ${maximize} are of one class, or no row is left to judge it`,
    );
  }
  return { chosen: { value, maximize, rows: choosing.length }, rows: judged };
}

function hasBothClasses(predictions: BinaryPredictions): boolean {
  const weights = weightsOf(predictions);
  return [0, 1].every((wanted) =>
    predictions.labels.some((label, row) => label === wanted && (weights[row] ?? 0) > 0),
  );
}

function bestThreshold(predictions: BinaryPredictions, { atThreshold }: Metric): number | undefined {
  let best: { readonly value: number; readonly score: number } | undefined;
  for (const { score, counts } of cuts(predictions)) {
    const value = atThreshold?.(counts);
    if (value === undefined || !isDefined(value) || (best && value <= best.value)) continue;
    best = { value, score };
  }
  return best?.score;
}

/** The counts at every distinct score, highest first. */
function* cuts(
  predictions: BinaryPredictions,
): Iterable<{ readonly score: number; readonly counts: BinaryCounts }> {
  const { labels, scores } = predictions;
  const weights = weightsOf(predictions);
  const { order, tieEnds } = rank(labels, scores);
  const all = [0, 0];
  for (const [row, label] of labels.entries()) all[label] = (all[label] ?? 0) + (weights[row] ?? 0);
  const [negatives = 0, positives = 0] = all;

  let [fp, tp] = [0, 0];
  for (const [place, row] of order.entries()) {
    if (labels[row] === 1) tp += weights[row] ?? 0;
    else fp += weights[row] ?? 0;
    if (tieEnds[place] === 0) continue;
    yield { score: scores[row] ?? 0, counts: { tp, fp, fn: positives - tp, tn: negatives - fp } };
  }
}

/** One bit of FNV-1a, mixed as MurmurHash3 ends: neighbours fall apart. */
function isChoosing(key: string): boolean {
  let hash = 0x811c9dc5;
  for (let place = 0; place < key.length; place++) hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) & 1) === 0;
}
