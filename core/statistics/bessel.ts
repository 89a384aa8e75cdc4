/**
 * The modified Bessel function of the second kind by its integral (DLMF 10.32.9), ∫ exp(−x cosh t) cosh(νt) dt from 0 on. The trapezoidal
 * rule in steps of a quarter is exact to double precision there, since the integrand is analytic in |Im t| < π/2 and dies off doubly fast.
 */

const STEP = 0.25;

/** Exponents below it are 0. */
const LOWEST = -745;

/** K of order `order` at x > 0, for |order| < 1. */
export function besselK(order: number, x: number): number {
  let total = Math.exp(-x) / 2;
  for (let t = STEP; -x * Math.cosh(t) > LOWEST; t += STEP) {
    total += Math.exp(-x * Math.cosh(t)) * Math.cosh(order * t);
  }
  return total * STEP;
}
