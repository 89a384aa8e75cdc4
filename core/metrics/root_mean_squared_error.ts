/** Root mean squared error, in the label's unit. */

import { squares } from './mean_squared_error.ts';
import { mapped, type Metric } from './metric.ts';

/**
 *     RMSE = √( Σ w·(ŷ − y)² / Σ w )
 */
export const root_mean_squared_error: Metric = {
  formula: '√(Σ w·(ŷ − y)² / Σ w)',
  source: 'root_mean_squared_error',
  standard: true,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: (predictions) => mapped(squares(predictions), Math.sqrt),
};
