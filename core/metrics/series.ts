/** Means over series, each counting by its weight and not by how many rows it has. */

import { type Measure, weightedMean } from './metric.ts';
import type { ForecastingPredictions } from './predictions.ts';

/**
 *     Σ_s w̄_s·(weighted mean of the values of s) / Σ_s w̄_s,   w̄_s the mean weight of the rows of s
 *
 * which is the mean over rows with weights w / n_s. A row that is NaN has no value: the mean is undefined for `reason` while it counts.
 */
export function meanOverSeries(
  { series: { codes, count } }: ForecastingPredictions,
  values: Float64Array,
  reason: string,
): Measure {
  const rows = new Float64Array(count);
  for (const code of codes) rows[code] = (rows[code] ?? 0) + 1;
  const shares = Float64Array.from(codes, (code) => 1 / (rows[code] ?? 1));
  const mean = weightedMean(values, reason);
  return (weights) => mean(weights.map((weight, row) => weight * (shares[row] ?? 0)));
}
