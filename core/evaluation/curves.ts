/**
 * Calibration, ROC and precision over recall of one model. Bins of calibration hold equal weight, and rows of one score stay in one
 * bin; every point of the other two curves belongs to a threshold, as in scikit-learn's `roc_curve` and `precision_recall_curve`.
 */

import type { CalibrationBin, ModelCurves } from '../evidence/curves.ts';
import { notProbabilities } from '../metrics/probabilities.ts';
import { type BinaryPredictions, type Predictions, weightsOf } from '../metrics/predictions.ts';
import { rank, type Ranking, walkTies } from '../metrics/ranking.ts';
import { wilsonInterval } from '../statistics/wilson.ts';

const BINS = 10;
const MOST_POINTS = 50;

/** Sums of weights are not exact; in bins. */
const ROUNDING = 1e-6;

/** Undefined for other tasks, and where one of the classes has no weight. */
export function curvesOf(predictions: Predictions): ModelCurves | undefined {
  if (predictions.task !== 'binary-classification') return undefined;
  const weights = weightsOf(predictions);
  const ranking = rank(predictions.labels, predictions.scores);
  const steps = stepsOf(ranking, weights);
  const last = steps.at(-1);
  if (!last || !(last.positives > 0) || !(last.negatives > 0)) return undefined;
  return {
    calibration: calibrationOf(predictions, ranking, weights),
    roc: thinned([{ positives: 0, negatives: 0 }, ...steps], ({ positives, negatives }) => {
      return positives / last.positives + negatives / last.negatives;
    }).map(({ positives, negatives }) => ({
      falsePositiveRate: negatives / last.negatives,
      truePositiveRate: positives / last.positives,
    })),
    precisionRecall: thinned(
      steps.filter(({ positives, negatives }) => positives + negatives > 0),
      ({ positives }) => positives / last.positives,
    ).map(({ positives, negatives }) => ({
      recall: positives / last.positives,
      precision: positives / (positives + negatives),
    })),
  };
}

/** Weights of what is called positive down to a score. */
interface Step {
  readonly positives: number;
  readonly negatives: number;
}

function stepsOf(ranking: Ranking, weights: Float64Array): readonly Step[] {
  const steps: Step[] = [];
  let [allPositives, allNegatives] = [0, 0];
  walkTies(ranking, weights, (positives, negatives) => {
    allPositives += positives;
    allNegatives += negatives;
    steps.push({ positives: allPositives, negatives: allNegatives });
  });
  return steps;
}

/** At most 50 of them, evenly spaced by `place`, which never falls; the first and the last are kept. */
function thinned<T extends object>(items: readonly T[], place: (item: T) => number): readonly T[] {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined || items.length <= MOST_POINTS) return items;
  const from = place(first);
  const gap = (place(last) - from) / (MOST_POINTS - 1);
  const kept = [first];
  for (const item of items.slice(1, -1)) {
    const isDue = place(item) - from >= gap * kept.length;
    if (isDue && kept.length < MOST_POINTS - 1) kept.push(item);
  }
  return [...kept, last];
}

function calibrationOf(
  { labels, scores }: BinaryPredictions,
  { order, tieEnds }: Ranking,
  weights: Float64Array,
): CalibrationBin[] {
  if (notProbabilities(scores) !== undefined) return [];
  const share = weights.reduce((sum, weight) => sum + weight, 0) / BINS;
  const bins: CalibrationBin[] = [];
  let [bin, done] = [emptyBin(), 0];
  for (let place = order.length - 1; place >= 0; place--) {
    const row = order[place] ?? 0;
    const weight = weights[row] ?? 0;
    bin.weight += weight;
    bin.squares += weight * weight;
    bin.scores += weight * (scores[row] ?? 0);
    bin.positives += weight * (labels[row] ?? 0);
    const isTied = place > 0 && tieEnds[place - 1] === 0;
    const isFull = done + bin.weight >= share * (Math.floor(done / share + ROUNDING) + 1 - ROUNDING);
    if (isTied || !(isFull || place === 0) || bin.weight === 0) continue;
    done += bin.weight;
    bins.push(closed(bin));
    bin = emptyBin();
  }
  return bins;
}

function emptyBin() {
  return { weight: 0, squares: 0, scores: 0, positives: 0 };
}

/** The interval rests on the effective number of rows, (Σw)² / Σw² (Kish 1965). */
function closed({ weight, squares, scores, positives }: ReturnType<typeof emptyBin>): CalibrationBin {
  const observed = Math.min(1, positives / weight);
  const { low, high } = wilsonInterval(observed, (weight * weight) / squares);
  return { predicted: Math.min(1, scores / weight), observed, low, high, rows: weight };
}
