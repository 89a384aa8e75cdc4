/**
 * Total variation distance ½ Σ |r − c|, and its p-value from 1,000 permutations of all rows by numpy's generator with seed 0: the share in
 * which chance is as far apart. The permutations move places, not values, so the p-value depends on the order of the rows. Evidently adds
 * text categories in the order of Python's hash seed, by which ties of three and more may fall otherwise; we take them as sorted.
 */

import { BY_P_VALUE, type DriftMeasure, type RowPair, tested } from '../measure.ts';
import { permutations } from '../numpy-random.ts';
import { numpySum } from '../numpy-sum.ts';

const PERMUTATIONS = 1000;
const SEED = 0;

export const TVD: DriftMeasure = {
  variant: "Evidently's total variation distance, p by 1,000 permutations with its seed",
  drift: BY_P_VALUE,
  threshold: 0.1,
  rows({ categories, reference, current }: RowPair) {
    const all = [...reference, ...current];
    const counts = (rows: Iterable<number>) => {
      const found = new Array<number>(categories).fill(0);
      for (const category of rows) found[category] = (found[category] ?? 0) + 1;
      return found;
    };
    const pooled = counts(all);
    const distance = (side: readonly number[]) => {
      const apart = pooled.map((rows, category) => {
        const own = side[category] ?? 0;
        return Math.abs(own / reference.length - (rows - own) / current.length);
      });
      return 0.5 * numpySum(apart);
    };

    const observed = distance(counts(reference));
    const permutation = permutations(SEED, all.length);
    let asFar = 0;
    for (let round = 0; round < PERMUTATIONS; round++) {
      const side = new Array<number>(categories).fill(0);
      for (const row of permutation().subarray(0, reference.length)) {
        const category = all[row] ?? 0;
        side[category] = (side[category] ?? 0) + 1;
      }
      if (observed <= distance(side)) asFar++;
    }
    return tested(observed, asFar / PERMUTATIONS);
  },
};
