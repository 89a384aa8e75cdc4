/**
 * How well the cells of a group are known. Of every independent unit (a row, a weighted row, or a cluster of rows) the counts x of its four
 * cells are summed as squares and products, M = Σ x·xᵀ. The variance of a rate r = Σ selected / Σ of follows for any rate (the linearised
 * estimator of Taylor series, Binder 1983), with C clusters times C/(C − 1):
 *
 *     var r = aᵀ·M·a / (Σ of)²,   a_i = [i selected] − r·[i of]
 */

import type { Confusion } from '../evidence/groups.ts';
import { CELLS } from './cells.ts';
import type { NamedGroup } from './metric.ts';
import { type Rate, type RateName, rates } from './rates.ts';

/** A square of cells, row by row. */
export type Moments = Float64Array;

const SIZE = CELLS.length;

/** Of the independent units of a group. */
export function unitMoments({ counts, weighing, clustering }: NamedGroup): Moments {
  const moments = diagonal(weighing?.squares ?? counts);
  if (!clustering) return moments;
  const { clusters, products } = clustering;
  const few = clusters > 1 ? clusters / (clusters - 1) : 1;
  let place = 0;
  for (let i = 0; i < SIZE; i++) {
    for (let j = i; j < SIZE; j++) {
      const product = few * (products[place++] ?? 0);
      moments[i * SIZE + j] = product;
      moments[j * SIZE + i] = product;
    }
  }
  return moments;
}

/** Of its rows, as if they were independent. */
export function rowMoments({ counts, weighing }: NamedGroup): Moments {
  return diagonal(weighing?.squares ?? counts);
}

/** aᵀ·M·a. */
export function quadratic(moments: Moments, a: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < SIZE; j++) sum += (a[i] ?? 0) * (a[j] ?? 0) * (moments[i * SIZE + j] ?? 0);
  }
  return sum;
}

/** L with L·Lᵀ = M (Cholesky), for drawing normal numbers that vary so; a cell that follows from those before adds nothing. */
export function rootOf(moments: Moments): Moments {
  const root = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < i; j++) {
      const pivot = root[j * SIZE + j] ?? 0;
      if (pivot > 0) root[i * SIZE + j] = restOf(moments, root, i, j) / pivot;
    }
    root[i * SIZE + i] = Math.sqrt(Math.max(0, restOf(moments, root, i, i)));
  }
  return root;
}

/** What the columns before `j` leave of an entry. */
function restOf(moments: Moments, root: Moments, i: number, j: number): number {
  let rest = moments[i * SIZE + j] ?? 0;
  for (let k = 0; k < j; k++) rest -= (root[i * SIZE + k] ?? 0) * (root[j * SIZE + k] ?? 0);
  return rest;
}

/** Clusters of one size that would vary as much as those which hold the rows that a rate is a share of (Kish 1965); undefined without clusters. */
export function clustersBehind(name: RateName, group: NamedGroup): number | undefined {
  if (!group.clustering) return undefined;
  const rate: Rate = rates[name];
  const whole = indicator(rate.of);
  const rows = rate.of.reduce((sum, cell) => sum + group.counts[cell], 0);
  const { clusters } = group.clustering;
  const squares = quadratic(unitMoments(group), whole) * (clusters > 1 ? (clusters - 1) / clusters : 1);
  return squares > 0 ? rows ** 2 / squares : 0;
}

/** 1 for these cells. */
export function indicator(cells: Rate['of']): readonly number[] {
  return CELLS.map((cell) => (cells.includes(cell) ? 1 : 0));
}

function diagonal(counts: Confusion): Moments {
  const moments = new Float64Array(SIZE * SIZE);
  for (const [place, cell] of CELLS.entries()) moments[place * SIZE + place] = counts[cell];
  return moments;
}
