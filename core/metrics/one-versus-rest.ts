/** Metrics of two classes for many: each class against the rest by its score column, macro average (scikit-learn's `_ovr`). */

import { average, type Measure, macro } from './metric.ts';
import type { MulticlassPredictions } from './predictions.ts';
import { never } from './probabilities.ts';

/** `area` of each class, averaged, on request by how much the class weighs; undefined where only the predicted class is known. */
export function oneVersusRest(
  { labels, scores, classes }: MulticlassPredictions,
  area: (labels: Uint8Array, scores: Float64Array) => Measure,
  by: 'class' | 'prevalence' = 'class',
): Measure {
  if (!scores) return never('only the predicted class is known, no scores');
  const parts = classes.map((name, index) => {
    const isClass = Uint8Array.from(labels, (label) => (label === index ? 1 : 0));
    const column = Float64Array.from(labels, (_, row) => scores[row * classes.length + index] ?? 0);
    return { name, measure: area(isClass, column) };
  });
  if (by === 'class') return macro(parts);
  return (weights) => {
    const shares = weightOfClasses(labels, weights, classes.length);
    return average(parts.map((part, index) => ({ ...part, share: shares[index] ?? 0 })))(weights);
  };
}

/** The weight of each class's rows. */
export function weightOfClasses(labels: Int32Array, weights: Float64Array, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0;
    sums[label] = (sums[label] ?? 0) + (weights[row] ?? 0);
  }
  return sums;
}
