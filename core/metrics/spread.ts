/** How far values lie from their weighted mean: what R² and explained variance divide by. */

/** Σ w·(v − v̄)². Exactly 0 for equal values, whose mean need not be one of them in floating point. */
export function spread(values: Float64Array): (weights: Float64Array) => number {
  return (weights) => {
    let total = 0;
    let sum = 0;
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < values.length; row++) {
      const weight = weights[row] ?? 0;
      if (weight === 0) continue;
      const value = values[row] ?? 0;
      total += weight;
      sum += weight * value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (least >= most) return 0;
    const mean = sum / total;
    let squares = 0;
    for (let row = 0; row < values.length; row++) {
      squares += (weights[row] ?? 0) * ((values[row] ?? 0) - mean) ** 2;
    }
    return squares;
  };
}
