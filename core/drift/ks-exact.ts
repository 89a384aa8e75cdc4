/**
 * P(D ≥ d) of the two-sample Kolmogorov-Smirnov statistic, exactly: the share of lattice paths from (0, 0) to (m, n) that leave
 * the band |x/m − y/n| < d. Samples of one size have a closed form (Gnedenko and Korolyuk); else the share is carried along the
 * lattice, where every number is a probability (Schröer and Trenkler 1995), so nothing overflows.
 */

/** The p-value of a gap `d` between samples of `m` and `n` rows. */
export function exactGapAbove(d: number, m: number, n: number): number {
  const steps = lcm(m, n);
  const height = Math.round(d * steps);
  if (height <= 0) return 1;
  return m === n ? square(n, height) : lattice(Math.max(m, n), Math.min(m, n), height);
}

function square(n: number, height: number): number {
  let chance = 0;
  for (let k = Math.floor(n / height); k >= 0; k--) {
    let paths = 1;
    for (let j = 0; j < height; j++) paths = ((n - k * height - j) * paths) / (n + k * height + j + 1);
    chance = paths * (1 - chance);
  }
  return 2 * chance;
}

/** `outside[y]`: the share of paths to (x, y) that have left the band; only the band is walked, all else is 1. */
function lattice(m: number, n: number, height: number): number {
  const common = lcm(m, n);
  const [perX, perY] = [common / m, common / n];
  const outside = new Float64Array(n + 1).fill(1);
  for (let x = 0; x <= m; x++) {
    const first = Math.max(0, Math.floor((x * perX - height) / perY) + 1);
    const last = Math.min(n, Math.ceil((x * perX + height) / perY) - 1);
    if (first > 0) outside[first - 1] = 1;
    for (let y = first; y <= last; y++) outside[y] = carried(outside, x, y);
  }
  return outside[n] ?? 1;
}

/** A path to (x, y) comes from the left with chance x / (x + y), else from below. */
function carried(outside: Float64Array, x: number, y: number): number {
  if (x + y === 0) return 0;
  const fromLeft = x === 0 ? 0 : ((outside[y] ?? 1) * x) / (x + y);
  const fromBelow = y === 0 ? 0 : ((outside[y - 1] ?? 1) * y) / (x + y);
  return fromLeft + fromBelow;
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
