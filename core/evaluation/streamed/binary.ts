/**
 * Metrics of binary predictions in one pass over rows that come by falling score, with a few numbers for each group and none for a row.
 * Ties are closed when a group's next score differs, as `walkTies` closes them; what rests on the confusion counts is measured
 * on four rows that weigh as much.
 */

import { surprise } from '../../metrics/log_loss.ts';
import { measuresOf } from '../../metrics/index.ts';
import { isDefined, type MetricValue, ratio } from '../../metrics/metric.ts';
import type { BinaryPredictions } from '../../metrics/predictions.ts';
import { type Batch, needsAllRows } from './batch.ts';

/** Metrics that the four counts determine. */
const OF_COUNTS: ReadonlySet<string> = new Set([
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'jaccard',
  'matthews_corrcoef',
  'cohen_kappa_score',
  'positive_likelihood_ratio',
  'negative_likelihood_ratio',
]);

/** Numbers of one group, by their place. */
const ROWS = 0;
const LAST_SCORE = 1;
const TIED_POSITIVE = 2;
const TIED_NEGATIVE = 3;
const ABOVE = 4;
const BELOW = 5;
const WON = 6;
const PRECISIONS = 7;
const LOG_LOSS = 8;
const BRIER = 9;
const LOWEST = 10;
const HIGHEST = 11;
/** True negatives, false positives, false negatives, true positives. */
const CONFUSION = 12;
const SIZE = 16;

export interface BinarySums {
  /** Rows by falling score. */
  add(batch: Batch): void;
  /** How many rows a group has. */
  rows(group: number): number;
  /** Every metric of a group, in the registry's order. */
  metrics(group: number): readonly (readonly [string, MetricValue])[];
  /** Four rows for each group, with their groups, that have its confusion counts. */
  confusion(groups: readonly number[]): {
    readonly predictions: BinaryPredictions;
    readonly codes: Int32Array;
  };
}

/** Sums of `groups` groups; a row adds to each group that the batch's codes name for it. */
export function binarySums(groups: number, threshold: number): BinarySums {
  const sums = new Float64Array(groups * SIZE);
  for (let group = 0; group < groups; group++) {
    sums[group * SIZE + LAST_SCORE] = Number.POSITIVE_INFINITY;
    sums[group * SIZE + LOWEST] = Number.POSITIVE_INFINITY;
    sums[group * SIZE + HIGHEST] = Number.NEGATIVE_INFINITY;
  }
  return { add, rows: (group) => at(group, ROWS), metrics, confusion };

  function at(group: number, place: number): number {
    return sums[group * SIZE + place] ?? 0;
  }

  function plus(place: number, value: number): void {
    sums[place] = (sums[place] ?? 0) + value;
  }

  function add({ labels, scores, weights, codes }: Batch): void {
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] ?? 0;
      const score = scores[row] ?? 0;
      const weight = weights ? (weights[row] ?? 0) : 1;
      const loss = surprise(label === 1 ? score : 1 - score);
      for (const code of codes) addTo((code[row] ?? 0) * SIZE, label, score, weight, loss);
    }
  }

  function addTo(group: number, label: number, score: number, weight: number, loss: number): void {
    if (score !== sums[group + LAST_SCORE]) {
      closeTie(group);
      sums[group + LAST_SCORE] = score;
    }
    plus(group + ROWS, 1);
    plus(group + (label === 1 ? TIED_POSITIVE : TIED_NEGATIVE), weight);
    plus(group + LOG_LOSS, weight * loss);
    plus(group + BRIER, weight * (score - label) ** 2);
    plus(group + CONFUSION + label * 2 + (score >= threshold ? 1 : 0), weight);
    if (score < (sums[group + LOWEST] ?? 0)) sums[group + LOWEST] = score;
    if (score > (sums[group + HIGHEST] ?? 0)) sums[group + HIGHEST] = score;
  }

  function closeTie(group: number): void {
    const positives = sums[group + TIED_POSITIVE] ?? 0;
    const negatives = sums[group + TIED_NEGATIVE] ?? 0;
    plus(group + WON, negatives * ((sums[group + ABOVE] ?? 0) + positives / 2));
    plus(group + ABOVE, positives);
    plus(group + BELOW, negatives);
    const seen = (sums[group + ABOVE] ?? 0) + (sums[group + BELOW] ?? 0);
    if (seen > 0) plus(group + PRECISIONS, positives * ((sums[group + ABOVE] ?? 0) / seen));
    sums[group + TIED_POSITIVE] = 0;
    sums[group + TIED_NEGATIVE] = 0;
  }

  function metrics(group: number): readonly (readonly [string, MetricValue])[] {
    closeTie(group * SIZE);
    const { predictions } = confusion([group]);
    const streamed: Readonly<Record<string, MetricValue>> = {
      roc_auc: areaOf(group),
      average_precision:
        at(group, ABOVE) > 0 ? at(group, PRECISIONS) / at(group, ABOVE) : { reason: 'no row is positive' },
      log_loss: meanOf(group, LOG_LOSS),
      brier_score: meanOf(group, BRIER),
      d2_log_loss_score: savedOf(group),
    };
    const weights = predictions.weights ?? new Float64Array();
    return measuresOf(predictions).map(({ name, measure }) => [
      name,
      streamed[name] ?? (OF_COUNTS.has(name) ? measure(weights) : needsAllRows),
    ]);
  }

  function areaOf(group: number): MetricValue {
    const [positives, negatives] = [at(group, ABOVE), at(group, BELOW)];
    if (positives === 0) return { reason: 'no row is positive' };
    if (negatives === 0) return { reason: 'no row is negative' };
    return at(group, WON) / (positives * negatives);
  }

  /** As the metric of that name: against always answering the classes' shares. */
  function savedOf(group: number): MetricValue {
    const loss = meanOf(group, LOG_LOSS);
    if (!isDefined(loss)) return loss;
    const [positives, negatives] = [at(group, ABOVE), at(group, BELOW)];
    if (positives === 0 || negatives === 0) return { reason: 'all labels are of one class' };
    const shares = [positives, negatives].map((weight) => weight / (positives + negatives));
    return 1 - loss / shares.reduce((sum, share) => sum + share * surprise(share), 0);
  }

  /** Of scores that are probabilities. */
  function meanOf(group: number, place: number): MetricValue {
    const outside = [at(group, LOWEST), at(group, HIGHEST)].find((score) => !(score >= 0 && score <= 1));
    if (outside !== undefined && at(group, ROWS) > 0) {
      return { reason: `scores are no probabilities: ${outside} is outside 0 to 1` };
    }
    return ratio(at(group, place), at(group, ABOVE) + at(group, BELOW), 'no rows');
  }

  function confusion(wanted: readonly number[]) {
    const weights = wanted.flatMap((group) => [0, 1, 2, 3].map((cell) => at(group, CONFUSION + cell)));
    const predictions: BinaryPredictions = {
      task: 'binary-classification',
      labels: Uint8Array.from(weights, (_, row) => (row % 4 > 1 ? 1 : 0)),
      scores: Float64Array.from(weights, (_, row) => row % 2),
      threshold: 0.5,
      weights: Float64Array.from(weights),
    };
    return { predictions, codes: Int32Array.from(weights, (_, row) => Math.floor(row / 4)) };
  }
}
