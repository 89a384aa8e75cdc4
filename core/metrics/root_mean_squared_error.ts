/** Root mean squared error, in the label's unit. */

import { isDefined, type Metric, weightedMean } from './metric.ts';

/**
 *     RMSE = √( Σ w·(ŷ − y)² / Σ w )
 */
export const root_mean_squared_error: Metric = {
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: ({ labels, scores }) => {
    const mean = weightedMean(Float64Array.from(scores, (score, row) => (score - (labels[row] ?? 0)) ** 2));
    return (weights) => {
      const square = mean(weights);
      return isDefined(square) ? Math.sqrt(square) : square;
    };
  },
};
