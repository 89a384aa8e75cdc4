/** Metrics of two classes for many: each class against the rest by its score column, macro average (scikit-learn's `_ovr`). */

import { type Measure, macro } from './metric.ts';
import type { MulticlassPredictions } from './predictions.ts';
import { never } from './probabilities.ts';

/** `area` of each class, averaged; undefined where only the predicted class is known. */
export function oneVersusRest(
  { labels, scores, classes }: MulticlassPredictions,
  area: (labels: Uint8Array, scores: Float64Array) => Measure,
): Measure {
  if (!scores) return never('only the predicted class is known, no scores');
  return macro(
    classes.map((name, index) => {
      const isClass = Uint8Array.from(labels, (label) => (label === index ? 1 : 0));
      const column = Float64Array.from(labels, (_, row) => scores[row * classes.length + index] ?? 0);
      return { name, measure: area(isClass, column) };
    }),
  );
}
