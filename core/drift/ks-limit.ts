/**
 * P(Dₙ ≥ d) of the one-sample Kolmogorov-Smirnov statistic by the regions of Simard and L'Ecuyer (2011): twice the one-sided tail
 * where that is exact or close enough, the matrix of Marsaglia, Tsang and Wang (2003) where d is small, the series of Pelz and
 * Good (1976) in between.
 */

import { lnGamma } from '../rollout/beta.ts';
import { pelzGood } from './ks-series.ts';

/** The survival function at gap `d` for `n` rows. */
export function gapAbove(d: number, n: number): number {
  const t = n * d;
  if (d >= 1) return 0;
  if (t <= 0.5) return 1;
  if (t <= 1) return 1 - Math.exp(lnGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1));
  if (t >= n - 1) return 2 * (1 - d) ** n;
  if (d >= 0.5 || t * d > (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * oneSided(n, d));
  return 1 - (n <= 140 || n * d ** 1.5 <= 1.4 ? matrix(n, d) : pelzGood(n, d));
}

/** Smirnov's P(D⁺ ≥ d) = d Σⱼ C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j): positive terms, each a binomial chance over its p. */
function oneSided(n: number, d: number): number {
  let total = (1 - d) ** n;
  const last = Math.floor(n * (1 - d));
  for (let j = 1; j <= last; j++) {
    const p = d + j / n;
    if (p >= 1) break;
    total += (d * binomialChance(j, n, p)) / p;
  }
  return total;
}

/** C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ by Loader's saddle point, which cancels nothing at large n. */
function binomialChance(k: number, n: number, p: number): number {
  if (k === n) return p ** n;
  const ln =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * (1 - p));
  return Math.exp(ln) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** ln n! less Stirling's formula. */
function stirlingError(n: number): number {
  if (n < 16) return lnGamma(n + 1) - (n + 0.5) * Math.log(n) + n - 0.9189385332046727;
  const q = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / q) / q) / q) / q) / n;
}

/** x ln(x/m) + m − x, by its series where x is near m. */
function deviance(x: number, m: number): number {
  const v = (x - m) / (x + m);
  if (Math.abs(v) > 0.1) return x * Math.log(x / m) + m - x;
  let total = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 100; j++) {
    term *= v * v;
    const next = total + term / (2 * j + 1);
    if (next === total) break;
    total = next;
  }
  return total;
}

/** P(Dₙ < d): n!/nⁿ times the middle element of Hⁿ. */
function matrix(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  let power = identity(size);
  let base = transition(size, k - n * d);
  let [shift, baseShift] = [0, 0];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = product(power, base);
      shift += baseShift;
    }
    base = product(base, base);
    baseShift *= 2;
    if ((base[k - 1]?.[k - 1] ?? 0) > 1e140) {
      base = base.map((row) => row.map((element) => element * 1e-140));
      baseShift += 140;
    }
  }
  const middle = power[k - 1]?.[k - 1] ?? 0;
  return Math.exp(Math.log(middle) + shift * Math.LN10 + lnGamma(n + 1) - n * Math.log(n));
}

function transition(size: number, h: number): number[][] {
  const factorial = [1];
  for (let i = 1; i <= size; i++) factorial.push((factorial[i - 1] ?? 1) * i);
  const edge = (j: number) => (1 - h ** (j + 1)) / (factorial[j + 1] ?? 1);
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_unused, column) => {
      if (row === size - 1 && column === 0) {
        return (1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size) / (factorial[size] ?? 1);
      }
      if (column === 0) return edge(row);
      if (row === size - 1) return edge(size - 1 - column);
      return row - column + 1 < 0 ? 0 : 1 / (factorial[row - column + 1] ?? 1);
    }),
  );
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_unused, column) => +(row === column)),
  );
}

function product(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  return a.map((row) =>
    row.map((_, column) =>
      row.reduce((total, element, index) => total + element * (b[index]?.[column] ?? 0), 0),
    ),
  );
}
