/** Small symmetric matrices: eigenvalues by Jacobi's rotations, and with them the pseudo-inverse and the rank as numpy decides on them. */

export type Square = readonly (readonly number[])[];

const SWEEPS = 50;

/** Moore and Penrose's inverse; eigenvalues of at most n ε times the largest count as 0. */
export function pseudoInverse(matrix: Square): { readonly inverse: Square; readonly rank: number } {
  const { values, vectors } = eigen(matrix);
  const floor = matrix.length * Number.EPSILON * Math.max(...values.map(Math.abs));
  const kept = values.map((value) => (Math.abs(value) > floor ? 1 / value : 0));
  const inverse = matrix.map((row, i) =>
    row.map((_, j) =>
      kept.reduce(
        (sum, value, index) => sum + value * (vectors[i]?.[index] ?? 0) * (vectors[j]?.[index] ?? 0),
        0,
      ),
    ),
  );
  return { inverse, rank: kept.filter((value) => value !== 0).length };
}

/** Eigenvalues, and eigenvectors as columns. */
function eigen(matrix: Square): { readonly values: readonly number[]; readonly vectors: Square } {
  const a = matrix.map((row) => [...row]);
  const vectors = matrix.map((row, i) => row.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < SWEEPS && !isDiagonal(a); sweep++) {
    for (let p = 0; p < a.length; p++) for (let q = p + 1; q < a.length; q++) rotate(a, vectors, p, q);
  }
  return { values: a.map((row, i) => row[i] ?? 0), vectors };
}

function isDiagonal(a: Square): boolean {
  return a.every((row, i) => row.every((entry, j) => i === j || Math.abs(entry) < 1e-300));
}

/** One rotation in the plane of p and q that makes their entry 0. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const entry = a[p]?.[q] ?? 0;
  if (entry === 0) return;
  const theta = ((a[q]?.[q] ?? 0) - (a[p]?.[p] ?? 0)) / (2 * entry);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of [...a, ...vectors]) turn(row, p, q, c, s);
  const [rowP = [], rowQ = []] = [a[p], a[q]];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k] ?? 0, rowQ[k] ?? 0];
    [rowP[k], rowQ[k]] = [c * x - s * y, s * x + c * y];
  }
}

function turn(row: number[], p: number, q: number, c: number, s: number): void {
  const [x, y] = [row[p] ?? 0, row[q] ?? 0];
  [row[p], row[q]] = [c * x - s * y, s * x + c * y];
}
