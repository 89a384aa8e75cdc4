/** Average precision: the area under the precision-recall curve without interpolation (PR AUC). */

import type { Measure, Metric } from './metric.ts';
import { oneVersusRest } from './one-versus-rest.ts';
import { rank, walkTies } from './ranking.ts';

/**
 *     AP = Σ_n (R_n − R_{n−1})·P_n    over the distinct scores, highest first
 *
 * Multiclass: one class against the rest, macro average. Undefined where no row is positive (scikit-learn: 0 and a warning).
 */
export const average_precision: Metric = {
  formula:
    'Σₙ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores, highest first; classes: mean of each against the rest',
  source: 'average_precision_score',
  differs: '0 and a warning where no row is positive',
  standard: true,
  better: 'higher',
  range: [0, 1],
  perClass: true,
  binary: ({ labels, scores }) => area(labels, scores),
  multiclass: (predictions) => oneVersusRest(predictions, area),
};

function area(labels: Uint8Array, scores: Float64Array): Measure {
  const ranking = rank(labels, scores);
  return (weights) => {
    let found = 0;
    let seen = 0;
    let sum = 0;
    walkTies(ranking, weights, (positives, negatives) => {
      found += positives;
      seen += positives + negatives;
      if (seen > 0) sum += positives * (found / seen);
    });
    return found > 0 ? sum / found : { reason: 'no row is positive' };
  };
}
