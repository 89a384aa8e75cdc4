/** Pelz and Good's series for the Kolmogorov-Smirnov distribution: Kolmogorov's limit and corrections of order n^(−1/2) to n^(−3/2). */

const PI2 = Math.PI ** 2;
const PI4 = PI2 ** 2;
const PI6 = PI2 ** 3;
const ROOT = Math.sqrt(2 * Math.PI);

/** P(Dₙ < d), for n above 140. */
export function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const terms = Math.ceil((16 * z) / Math.PI);
  const sums = oddSums(z, terms);
  const [second, third] = evenSums(z, terms);
  const scaled = [
    (sums[0] * ROOT) / z,
    (sums[1] * ROOT) / (6 * z ** 4),
    (sums[2] * ROOT) / (72 * z ** 7) - (second * PI2 * ROOT) / (36 * z ** 3),
    (sums[3] * ROOT) / (6480 * z ** 10) + (third * PI2 * ROOT) / (216 * z ** 6),
  ];
  return scaled.reduce((total, term, order) => total + term / n ** (order / 2), 0);
}

/** Σ over odd m of polynomials in m times exp(−π² m² / 8z²). */
function oddSums(z: number, terms: number): [number, number, number, number] {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (let m = 2 * terms - 1; m > 0; m -= 2) {
    const weight = Math.exp((-PI2 * m ** 2) / (8 * z ** 2));
    sums[0] += weight;
    sums[1] += weight * (-(z ** 2) + (PI2 / 4) * m ** 2);
    sums[2] +=
      weight *
      (6 * z ** 6 +
        2 * z ** 4 +
        ((2 * z ** 4 - 5 * z ** 2) * PI2 * m ** 2) / 4 +
        (PI4 * (1 - 2 * z ** 2) * m ** 4) / 16);
    sums[3] +=
      weight *
      (-30 * z ** 6 -
        90 * z ** 8 +
        (PI2 * (135 * z ** 4 - 96 * z ** 6) * m ** 2) / 4 +
        (PI4 * (-60 * z ** 2 + 212 * z ** 4) * m ** 4) / 16 +
        (PI6 * (5 - 30 * z ** 2) * m ** 6) / 64);
  }
  return sums;
}

/** Σ over k of k² exp(−π² k² / 2z²), plain and times 3z² − π²k². */
function evenSums(z: number, terms: number): [number, number] {
  let [plain, weighted] = [0, 0];
  for (let k = terms; k > 0; k--) {
    const weight = k ** 2 * Math.exp((-PI2 * k ** 2) / (2 * z ** 2));
    plain += weight;
    weighted += weight * (3 * z ** 2 - PI2 * k ** 2);
  }
  return [plain, weighted];
}
