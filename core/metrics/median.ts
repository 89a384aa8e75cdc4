/** The weighted median of values that are sorted once. */

import type { Measure } from './metric.ts';
import { order } from './ranking.ts';

/** The value at which half of the weight is reached; where it is reached exactly between two rows, their mean, as a plain median has it. */
export function weightedMedian(values: Float64Array): Measure {
  const rows = order(values);
  return (weights) => {
    let total = 0;
    for (const weight of weights) total += weight;
    if (total === 0) return { reason: 'no rows' };

    let place = 0;
    let reached = weights[rows[0] ?? 0] ?? 0;
    while (reached < total / 2) reached += weights[rows[++place] ?? 0] ?? 0;
    const value = values[rows[place] ?? 0] ?? 0;
    return reached > total / 2 ? value : (value + valueAfter(place, weights)) / 2;
  };

  /** The next value that has weight; half of all weight lies there. */
  function valueAfter(place: number, weights: Float64Array): number {
    let next = place + 1;
    while (next < rows.length - 1 && !((weights[rows[next] ?? 0] ?? 0) > 0)) next++;
    return values[rows[next] ?? 0] ?? 0;
  }
}
