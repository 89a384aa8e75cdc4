/** Root mean squared error of logarithms. */

import { squaredLogs } from './mean_squared_log_error.ts';
import { mapped, type Metric } from './metric.ts';

/**
 *     RMSLE = √( Σ w·(ln(1 + ŷ) − ln(1 + y))² / Σ w )
 *
 * Undefined where a label or prediction is −1 or less (scikit-learn: an error).
 */
export const root_mean_squared_log_error: Metric = {
  formula: '√(Σ w·(ln(1 + ŷ) − ln(1 + y))² / Σ w)',
  source: 'root_mean_squared_log_error',
  differs: 'an error where a label or prediction is −1 or less',
  standard: false,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  regression: (predictions) => mapped(squaredLogs(predictions), Math.sqrt),
};
