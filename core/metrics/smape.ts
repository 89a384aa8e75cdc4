/** Symmetric mean absolute percentage error, as a share from 0 to 2. */

import type { Metric } from './metric.ts';
import { meanOverSeries } from './series.ts';

/**
 *     Σ_s w̄_s·(Σ w·2·|ŷ − y| / (|y| + |ŷ|) / Σ w) / Σ_s w̄_s,   w̄_s the mean weight of the rows of series s
 *
 * (Makridakis and others 2020, "The M4 Competition", there in percent.) Undefined where label and forecast are both 0.
 */
export const smape: Metric = {
  formula: 'mean over the series, each of the mean weight of its rows, of Σ w·2·|ŷ − y| / (|y| + |ŷ|) / Σ w',
  source: 'M4 competition (Makridakis and others 2020)',
  differs: 'in percent: 100 times this',
  standard: true,
  better: 'lower',
  range: [0, 2],
  perClass: false,
  forecasting: (predictions) => {
    const { labels, scores } = predictions;
    const shares = labels.map((label, row) => {
      const score = scores[row] ?? 0;
      const size = Math.abs(label) + Math.abs(score);
      return size > 0 ? (2 * Math.abs(score - label)) / size : Number.NaN;
    });
    return meanOverSeries(predictions, shares, 'a label and its forecast are both 0');
  },
};
