/**
 * Metrics whose intervals need no resampling: ROC AUC by DeLong; shares of rows (accuracy, recall, precision) by Wilson and their differences
 * by Tango; balanced accuracy from the recalls of both classes. They hold where few rows decide and a bootstrap is too narrow, and cost one
 * pass at any size. Add a form: add a function and a line.
 */

import type { MetricName } from '../metrics/index.ts';
import { type BinaryPredictions, type Predictions, select } from '../metrics/predictions.ts';
import { rank } from '../metrics/ranking.ts';
import { areaError, areaInfluence } from '../statistics/delong.ts';
import { type Interval, Z_95 } from '../statistics/interval.ts';
import { pairedShareInterval } from '../statistics/paired-shares.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import { studentLimit } from '../statistics/student.ts';
import { clustersOfRows, type Sampled, sampledOf } from './sampled.ts';

const TAIL = 0.025;

/** An interval, and what made it. */
export interface Made extends Interval {
  readonly method: string;
  /** Absent: normal. */
  readonly freedom?: number;
}

/** Intervals around points that the metric's measure gives. */
export interface ClosedForm {
  readonly candidate: Made;
  readonly champion: Made | undefined;
  /** Absent beside a champion: the difference is resampled. */
  readonly difference: Made | undefined;
}

type Form = (ours: Predictions, theirs: Predictions | null, sampled: Sampled) => ClosedForm | undefined;

const forms: Partial<Record<MetricName, Form>> = {
  roc_auc: areas,
  accuracy: hits,
  recall: (ours, theirs, sampled) => recall(ours, theirs, sampled, 1),
  precision,
  balanced_accuracy: balancedAccuracy,
};

/** Undefined where the metric, or this task, has none. */
export function closedForm(
  metric: MetricName,
  { candidate, champion }: { readonly candidate: Predictions; readonly champion: Predictions | null },
  sampled: Sampled,
): ClosedForm | undefined {
  return forms[metric]?.(candidate, champion, sampled);
}

function areas(ours: Predictions, theirs: Predictions | null, sampled: Sampled): ClosedForm | undefined {
  if (ours.task !== 'binary-classification') return undefined;
  const mine = areaOf(ours, sampled);
  if (theirs?.task !== 'binary-classification') {
    return { candidate: mine.interval, champion: undefined, difference: undefined };
  }
  const rival = areaOf(theirs, sampled);
  const influence = mine.influence.map((value, row) => value - (rival.influence[row] ?? 0));
  return {
    candidate: mine.interval,
    champion: rival.interval,
    difference: areaDifference(ours, mine.area - rival.area, influence, sampled),
  };
}

/**
 * On the scale of log odds, where the interval cannot leave 0 to 1. Where one class lies wholly above the other nothing varies; what never
 * happened among n rows may still happen to 3 of n (rule of three), of the rarer class.
 */
function areaOf({ labels, scores }: BinaryPredictions, { weights, clusters }: Sampled) {
  const { area, influence } = areaInfluence(rank(labels, scores), weights);
  const { error, freedom, rarer } = areaError(influence, labels, clusters);
  if (error === 0 || area <= 0 || area >= 1) {
    const room = 3 / rarer;
    return { area, influence, interval: { low: area - room, high: area + room, method: 'rule of three' } };
  }
  const odds = Math.log(area / (1 - area));
  const half = (studentLimit(TAIL, freedom) * error) / (area * (1 - area));
  const interval = {
    low: ofOdds(odds - half),
    high: ofOdds(odds + half),
    method: 'delong, log odds',
    freedom,
  };
  return { area, influence, interval };
}

function ofOdds(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

function areaDifference(
  { labels }: BinaryPredictions,
  point: number,
  influence: Float64Array,
  { clusters }: Sampled,
): Made {
  const { error, freedom } = areaError(influence, labels, clusters);
  const half = studentLimit(TAIL, freedom) * error;
  return { low: point - half, high: point + half, method: 'delong, paired', freedom };
}

/** An interval around a share or a difference of shares. */
interface Share extends Made {
  readonly point: number;
}

interface Shares extends ClosedForm {
  readonly candidate: Share;
  readonly champion: Share | undefined;
  readonly difference: Share | undefined;
}

function hits(ours: Predictions, theirs: Predictions | null, sampled: Sampled): Shares {
  const mine = hitsOf(ours);
  const rival = theirs && hitsOf(theirs);
  return {
    candidate: hitShare(mine, sampled),
    champion: rival ? hitShare(rival, sampled) : undefined,
    difference: rival ? hitDifference(mine, rival, sampled) : undefined,
  };
}

/** Accuracy on the rows of one class. */
function recall(
  ours: Predictions,
  theirs: Predictions | null,
  { clusters }: Sampled,
  label: 0 | 1,
): Shares | undefined {
  if (ours.task !== 'binary-classification') return undefined;
  const rows = [...ours.labels.keys()].filter((row) => ours.labels[row] === label);
  const of = select(ours, rows);
  return hits(of, theirs && select(theirs, rows), sampledOf(of, clusters && clustersOfRows(clusters, rows)));
}

/** The share of right ones among the rows predicted positive, which are not the same rows for two models. */
function precision(
  ours: Predictions,
  theirs: Predictions | null,
  { clusters }: Sampled,
): ClosedForm | undefined {
  if (ours.task !== 'binary-classification') return undefined;
  const shareOf = (predictions: BinaryPredictions) => {
    const { labels, scores, threshold } = predictions;
    const rows = [...labels.keys()].filter((row) => (scores[row] ?? 0) >= threshold);
    const selected = select(predictions, rows);
    return hitShare(hitsOf(selected), sampledOf(selected, clusters && clustersOfRows(clusters, rows)));
  };
  return {
    candidate: shareOf(ours),
    champion: theirs?.task === 'binary-classification' ? shareOf(theirs) : undefined,
    difference: undefined,
  };
}

/**
 * Half the sum of two independent shares, by the distances of their own limits (Newcombe 1998, MOVER):
 *
 *     low = p − ½ √((p₁ − l₁)² + (p₂ − l₂)²)
 *
 * Clusters hold rows of both classes, and then the recalls are not independent.
 */
function balancedAccuracy(
  ours: Predictions,
  theirs: Predictions | null,
  sampled: Sampled,
): ClosedForm | undefined {
  if (sampled.clusters) return undefined;
  const [found, spared] = [recall(ours, theirs, sampled, 1), recall(ours, theirs, sampled, 0)];
  if (!found || !spared) return undefined;
  return {
    candidate: halfSum(found.candidate, spared.candidate),
    champion: found.champion && spared.champion && halfSum(found.champion, spared.champion),
    difference: found.difference && spared.difference && halfSum(found.difference, spared.difference),
  };
}

function halfSum(one: Share, other: Share): Share {
  const point = (one.point + other.point) / 2;
  return {
    point,
    low: point - Math.hypot(one.point - one.low, other.point - other.low) / 2,
    high: point + Math.hypot(one.high - one.point, other.high - other.point) / 2,
    method: `${one.method} of both classes`,
  };
}

/** 1 for a row that was predicted right. */
function hitsOf(predictions: Predictions): Float64Array {
  switch (predictions.task) {
    case 'binary-classification':
      return Float64Array.from(predictions.labels, (label, row) =>
        (predictions.scores[row] ?? 0) >= predictions.threshold === (label === 1) ? 1 : 0,
      );
    case 'multiclass-classification':
      return Float64Array.from(predictions.labels, (label, row) =>
        predictions.predicted[row] === label ? 1 : 0,
      );
    case 'regression':
    case 'ranking':
    case 'forecasting':
      throw new Error(`${predictions.task} has no hits`);
  }
}

function hitShare(values: Float64Array, sampled: Sampled): Share {
  const mean = weightedMean(values, sampled);
  const rows = rowsOfMean(values, mean, mean * (1 - mean), sampled);
  const { z, freedom } = width(sampled);
  return { point: mean, ...wilsonInterval(mean, rows, z), method: 'wilson', ...freedom };
}

function hitDifference(ours: Float64Array, theirs: Float64Array, sampled: Sampled): Share {
  const change = ours.map((hit, row) => hit - (theirs[row] ?? 0));
  const gained = weightedMean(
    change.map((value) => (value > 0 ? 1 : 0)),
    sampled,
  );
  const lost = weightedMean(
    change.map((value) => (value < 0 ? 1 : 0)),
    sampled,
  );
  const mean = gained - lost;
  const rows = rowsOfMean(change, mean, gained + lost - mean ** 2, sampled);
  const { z, freedom } = width(sampled);
  const counts = { rows, ours: rows * gained, theirs: rows * lost };
  return { point: mean, ...pairedShareInterval(counts, z), method: 'tango, paired', ...freedom };
}

/**
 * Independent rows of one weight whose mean would vary as much as this one's does, by the clusters' sums; at most those that would vary as
 * the weights do alone (Korn and Graubard 1998): a few heavy rows that happen to agree are no proof that they do.
 */
function rowsOfMean(values: Float64Array, mean: number, variance: number, sampled: Sampled): number {
  const rows = values.length;
  if (sampled.plain) return rows;
  const { weights, clusters, units, effective, effectiveRows } = sampled;
  const sums = new Float64Array(units);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] ?? 0;
    const unit = clusters?.[row] ?? row;
    sums[unit] = (sums[unit] ?? 0) + weight * ((values[row] ?? 0) - mean);
    total += weight;
  }
  const squares = sums.reduce((sum, value) => sum + value ** 2, 0);
  const few = clusters ? units / (units - 1) : 1;
  const ofMean = (few * squares) / total ** 2;
  return ofMean > 0 && variance > 0 ? Math.min(effectiveRows, variance / ofMean) : effective;
}

/** Standard errors on each side: more where few clusters, or few heavy rows, say how large one is. */
function width({ plain, effective }: Sampled) {
  if (plain) return { z: Z_95, freedom: {} };
  const freedom = Math.max(1, effective - 1);
  return { z: studentLimit(TAIL, freedom), freedom: { freedom } };
}

function weightedMean(values: Float64Array, { weights }: Sampled): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += (weights[row] ?? 0) * (values[row] ?? 0);
    total += weights[row] ?? 0;
  }
  return sum / total;
}
