/**
 * How long the blocks of a circular block bootstrap must be for a series' own autocorrelation: Politis and White (2004), with the
 * correction of Patton, Politis and White (2009).
 *
 *     b = (2 Ĝ² / D̂)^⅓ n^⅓,   Ĝ = Σ λ(k/M) |k| R(k),   D̂ = 4/3 (Σ λ(k/M) R(k))²
 *
 * R is the autocovariance, λ the flat-top window (1 up to ½, falling to 0 at 1), M twice the lag from which on the
 * correlations are within ±2 √(log₁₀ n / n).
 */

/** The block length for the mean of `series`, from 1 to 3 √n. */
export function blockLength(series: Float64Array): number {
  const length = series.length;
  const longest = Math.max(1, Math.ceil(Math.min(3 * Math.sqrt(length), length / 3)));
  const deviations = centred(series);
  const variance = autocovariance(deviations, 0);
  if (!(variance > 0) || length < 8) return 1;

  const window = windowOf(deviations, variance);
  let [spectrum, slope] = [variance, 0];
  for (let lag = 1; lag <= Math.min(window, length - 1); lag++) {
    const weighted = 2 * flatTop(lag / window) * autocovariance(deviations, lag);
    spectrum += weighted;
    slope += lag * weighted;
  }
  const spread = (4 / 3) * spectrum ** 2;
  if (!(spread > 0)) return 1;
  const best = ((2 * slope ** 2) / spread) ** (1 / 3) * length ** (1 / 3);
  return Math.min(longest, Math.max(1, Math.round(best)));
}

/** M: twice the last lag before enough neighbouring correlations are all small. */
function windowOf(deviations: Float64Array, variance: number): number {
  const length = deviations.length;
  const inARow = Math.max(5, Math.ceil(Math.sqrt(Math.log10(length))));
  const most = Math.ceil(Math.sqrt(length)) + inARow;
  const small = 2 * Math.sqrt(Math.log10(length) / length);
  let run = 0;
  let last = 0;
  for (let lag = 1; lag <= Math.min(most, length - 1); lag++) {
    if (Math.abs(autocovariance(deviations, lag) / variance) < small) run++;
    else [run, last] = [0, lag];
    if (run === inARow) break;
  }
  return Math.max(1, Math.min(2 * last, most));
}

function flatTop(share: number): number {
  return share <= 0.5 ? 1 : Math.max(0, 2 * (1 - share));
}

function centred(series: Float64Array): Float64Array {
  let sum = 0;
  for (const value of series) sum += value;
  const mean = sum / series.length;
  return series.map((value) => value - mean);
}

function autocovariance(deviations: Float64Array, lag: number): number {
  let sum = 0;
  for (let index = lag; index < deviations.length; index++) {
    sum += (deviations[index] ?? 0) * (deviations[index - lag] ?? 0);
  }
  return sum / deviations.length;
}
