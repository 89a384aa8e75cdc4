/** Mean absolute scaled error: errors in units of what the naive forecast missed by, so that series of any size can be averaged. */

import type { Metric } from './metric.ts';
import { never } from './probabilities.ts';
import { meanOverSeries } from './series.ts';

/**
 *     Σ_s w̄_s·(Σ w·|ŷ − y| / Σ w / scale) / Σ_s w̄_s,   w̄_s the mean weight of the rows of series s
 *
 * (Hyndman and Koehler 2006, "Another look at measures of forecast accuracy", equation 4.) `scale` is the mean absolute error of the naive
 * forecast (the last value, or the one of a season ago) within the rows that the series was trained on. It belongs to the data, not to
 * the model, so it comes as a column. Undefined without it, and where it is 0.
 */
export const mase: Metric = {
  formula:
    "mean over the series, each of the mean weight of its rows, of (Σ w·|ŷ − y| / Σ w) / scale, the naive forecast's mean absolute error in training",
  source: 'Hyndman and Koehler 2006; M4 competition',
  standard: true,
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  perClass: false,
  forecasting: (predictions) => {
    const { labels, scores, scales } = predictions;
    if (!scales) return never('no column has the scale of each series (`scale`)');
    const scaled = labels.map((label, row) => {
      const scale = scales[row] ?? 0;
      return scale > 0 ? Math.abs((scores[row] ?? 0) - label) / scale : Number.NaN;
    });
    return meanOverSeries(predictions, scaled, 'the scale of a series is 0');
  },
};
