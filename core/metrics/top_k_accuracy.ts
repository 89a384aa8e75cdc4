/** Top-2 accuracy: the share of rows whose class is among the two of the highest scores. */

import { type Metric, weightedMean } from './metric.ts';
import { never } from './probabilities.ts';

/** scikit-learn's default. */
const K = 2;

/**
 *     Σ w·[y among the k highest scores] / Σ w,   k = 2
 *
 * Among equal scores the later class stands higher, as in scikit-learn.
 */
export const top_k_accuracy: Metric = {
  formula:
    'Σ w·[y among the k highest scores] / Σ w, k = 2; among equal scores the later class is the higher',
  source: 'top_k_accuracy_score(k=2)',
  standard: false,
  better: 'higher',
  range: [0, 1],
  perClass: false,
  multiclass: ({ labels, scores, classes }) => {
    if (!scores) return never('only the predicted class is known, no scores');
    const width = classes.length;
    return weightedMean(
      Float64Array.from(labels, (label, row) => {
        const own = scores[row * width + label] ?? 0;
        let higher = 0;
        for (let column = 0; column < width; column++) {
          const score = scores[row * width + column] ?? 0;
          if (score > own || (score === own && column > label)) higher++;
        }
        return higher < K ? 1 : 0;
      }),
    );
  },
};
