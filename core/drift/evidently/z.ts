/** Two-sided z-test of the share of the first value in sorted order, variance pooled. */

import { normalAbove } from '../../statistics/gamma.ts';
import { BY_P_VALUE, type DriftMeasure, sum, tested } from '../measure.ts';

export const z: DriftMeasure = {
  variant: "Evidently's z-test of two proportions, pooled",
  drift: BY_P_VALUE,
  threshold: 0.05,
  counts({ reference, current }) {
    if (reference.length < 2) return tested(0, 1);
    const [rows, others] = [sum(reference), sum(current)];
    const p = 1 - (reference[0] ?? 0) / rows;
    const q = 1 - (current[0] ?? 0) / others;
    const pooled = (p * rows + q * others) / (rows + others);
    const statistic = (p - q) / Math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / others));
    return tested(statistic, 2 * normalAbove(Math.abs(statistic)));
  },
};
