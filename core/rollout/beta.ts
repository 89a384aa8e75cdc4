/**
 * The beta function and the upper tail of the beta distribution, in logarithms, so that tails of 1e-300 and less stay finite.
 * ln Γ is Stirling's series (DLMF 5.11.1) after shifting small arguments up; the tail is the continued fraction DLMF 8.17.22.
 */

/** From here on five terms of Stirling's series are exact to double precision. */
const STIRLING_FROM = 12;

/** Denominators of the continued fraction are kept away from zero (Lentz, Thompson and Barnett). */
const TINY = 1e-300;

/** ln Γ(x), x > 0. */
export function lnGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < STIRLING_FROM; y++) shift += Math.log(y);

  const z = 1 / (y * y);
  const series =
    (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - (z * 691) / 360360))))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a+b). */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** ln(1 − I_x(a, b)): the logarithm of the chance that a Beta(a, b) variable exceeds x. */
export function lnUpperTail(x: number, a: number, b: number): number {
  return lnLowerTail(1 - x, b, a);
}

/** ln I_x(a, b). The fraction converges fast left of the mean; right of it the complement is small, or at most about a half. */
function lnLowerTail(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  if (x <= (a + 1) / (a + b + 2)) return lnFraction(x, a, b);
  return Math.log1p(-Math.exp(lnFraction(1 - x, b, a)));
}

function lnFraction(x: number, a: number, b: number): number {
  const front = a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b) - Math.log(a);
  return front - Math.log(fraction(x, a, b));
}

/** The continued fraction 1 + d₁/(1 + d₂/(1 + …)) by the modified Lentz algorithm. It needs O(√max(a, b)) terms. */
function fraction(x: number, a: number, b: number): number {
  const terms = 200 + 20 * Math.sqrt(Math.max(a, b));
  let c = 1;
  let d = 0;
  let value = 1;
  for (let m = 0; m < terms; m++) {
    for (const numerator of numerators(m, x, a, b)) {
      d = 1 / awayFromZero(1 + numerator * d);
      c = awayFromZero(1 + numerator / c);
      value *= c * d;
    }
    if (m > 0 && Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** d₂ₘ (for m > 0) and d₂ₘ₊₁. */
function numerators(m: number, x: number, a: number, b: number): readonly number[] {
  const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  if (m === 0) return [odd];
  return [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), odd];
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
