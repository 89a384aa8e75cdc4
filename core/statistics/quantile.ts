/** Quantiles by linear interpolation between order statistics: numpy's default (Hyndman and Fan's type 7). */

/** The `share`-quantile (0 to 1) of ascending numbers; NaN when there are none. */
export function quantileOfSorted(sorted: Float64Array | readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

/** The `share`-quantile (0 to 1) of numbers in any order. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}
