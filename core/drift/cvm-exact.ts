/**
 * P(U ≥ u) of the two-sample Cramér-von Mises statistic over all orders of the rows: along the lattice from (0, 0) to (m, n) each place
 * carries how many paths came with which sum (Xiao, Gordon and Yakovlev 2006, algorithm 1).
 */

/** The p-value for samples of `m` and `n` rows; U as in Anderson (1962), eq. 10. */
export function exactCriterionAbove(u: number, m: number, n: number): number {
  const common = lcm(m, n);
  const least = smallestSum(u, m, n, common);
  let [above, all] = [0, 0];
  for (const [sum, paths] of pathsBySum(m, n, common)) {
    all += paths;
    if (sum >= least) above += paths;
  }
  return above / all;
}

/** U in the lattice's unit, rounded down: ties give U that no order has. */
function smallestSum(u: number, m: number, n: number, common: number): number {
  const product = m * n;
  const numerator = common ** 2 * (m + n) * (6 * u - product * (4 * product - 1));
  const denominator = 6 * product ** 2;
  return Math.floor((numerator - (numerator % denominator)) / denominator);
}

function pathsBySum(m: number, n: number, common: number): ReadonlyMap<number, number> {
  const [perX, perY] = [common / m, common / n];
  let column: ReadonlyMap<number, number>[] = [new Map([[0, 1]])];
  for (let y = 0; y <= n; y++) {
    const next: ReadonlyMap<number, number>[] = [];
    for (let x = 0; x <= m; x++) {
      const distance = (perX * x - perY * y) ** 2;
      next.push(shifted([column[x], next[x - 1]], distance));
    }
    column = next;
  }
  return column[m] ?? new Map();
}

/** Paths from the left and from below together, every sum larger by `distance`. */
function shifted(
  sources: readonly (ReadonlyMap<number, number> | undefined)[],
  distance: number,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const source of sources) {
    for (const [sum, paths] of source ?? []) {
      found.set(sum + distance, (found.get(sum + distance) ?? 0) + paths);
    }
  }
  return found;
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
