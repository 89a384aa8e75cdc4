/** Weighted counts of right and wrong predictions: what accuracy, precision, recall and F1 are made of. */

import { type Measure, type MetricValue, ratio } from './metric.ts';
import type { BinaryPredictions, MulticlassPredictions } from './predictions.ts';

/** Counts for one class: `tp` rows of it predicted as it, `fp` others predicted as it, `fn` rows of it predicted as another. */
export interface ClassCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export interface BinaryCounts extends ClassCounts {
  readonly tn: number;
}

/** A metric of the confusion counts at the threshold. */
export function fromCounts(
  value: (counts: BinaryCounts) => MetricValue,
): (predictions: BinaryPredictions) => Measure {
  return (predictions) => {
    const cells = cellsOf(predictions);
    return (weights) => value(countCells(cells, weights));
  };
}

/** A ratio of one class's counts, of which averages over classes are made. */
export type CountRatio = (counts: ClassCounts) => MetricValue;

/** Macro average over the classes that occur among labels or predictions, as scikit-learn averages. */
export function macroOfCounts(
  value: CountRatio,
  occurs: (counts: ClassCounts) => boolean = ({ tp, fp, fn }) => tp + fp + fn > 0,
): (predictions: MulticlassPredictions) => Measure {
  return averageOfCounts(value, (counts) => (occurs(counts) ? 1 : 0));
}

/** Average over the classes that occur among the labels, each weighing as many rows as it has. */
export function weightedOfCounts(value: CountRatio): (predictions: MulticlassPredictions) => Measure {
  return averageOfCounts(value, ({ tp, fn }) => tp + fn);
}

/** The ratio of the counts of all classes together. */
export function microOfCounts(value: CountRatio): (predictions: MulticlassPredictions) => Measure {
  return (predictions) => (weights) => {
    const total = { tp: 0, fp: 0, fn: 0 };
    for (const { tp, fp, fn } of countClasses(predictions, weights)) {
      total.tp += tp;
      total.fp += fp;
      total.fn += fn;
    }
    return total.tp + total.fn > 0 ? value(total) : { reason: 'no rows' };
  };
}

function averageOfCounts(
  value: CountRatio,
  weigh: (counts: ClassCounts) => number,
): (predictions: MulticlassPredictions) => Measure {
  return (predictions) => (weights) => {
    let sum = 0;
    let total = 0;
    for (const [index, counts] of countClasses(predictions, weights).entries()) {
      const weight = weigh(counts);
      if (weight === 0) continue;
      const part = value(counts);
      if (typeof part !== 'number') return { reason: `class ${predictions.classes[index]}: ${part.reason}` };
      sum += weight * part;
      total += weight;
    }
    return ratio(sum, total, 'no rows');
  };
}

/** Each row's cell: bit 1 the label, bit 0 the prediction. */
function cellsOf({ labels, scores, threshold }: BinaryPredictions): Uint8Array {
  return Uint8Array.from(labels, (label, row) => label * 2 + ((scores[row] ?? 0) >= threshold ? 1 : 0));
}

function countCells(cells: Uint8Array, weights: Float64Array): BinaryCounts {
  const counts = new Float64Array(4);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? 0;
    counts[cell] = (counts[cell] ?? 0) + (weights[row] ?? 0);
  }
  const [tn = 0, fp = 0, fn = 0, tp = 0] = counts;
  return { tp, fp, fn, tn };
}

/** Of each class, in the order of `classes`. */
export function countClasses(
  { classes, labels, predicted }: MulticlassPredictions,
  weights: Float64Array,
): readonly ClassCounts[] {
  const counts = classes.map(() => ({ tp: 0, fp: 0, fn: 0 }));
  for (let row = 0; row < labels.length; row++) {
    const actual = counts[labels[row] ?? 0];
    const guessed = counts[predicted[row] ?? 0];
    const weight = weights[row] ?? 0;
    if (!actual || !guessed) continue;
    if (actual === guessed) {
      actual.tp += weight;
      continue;
    }
    actual.fn += weight;
    guessed.fp += weight;
  }
  return counts;
}
