/** G-test: 2 Σ current · ln(current / reference) on the counts as they are, so both sides must have as many rows. */

import { chiSquaredAbove } from '../../statistics/gamma.ts';
import { BY_P_VALUE, type DriftMeasure, sum, tested } from '../measure.ts';

export const g_test: DriftMeasure = {
  variant: "Evidently's G-test, for samples of equal size",
  drift: BY_P_VALUE,
  threshold: 0.1,
  counts({ reference, current }) {
    if (reference.length < 2) return { undefined: 'there is only one value' };
    if (sum(reference) !== sum(current)) return { undefined: 'it needs as many current as reference rows' };
    const statistic = reference.reduce((total, expected, key) => {
      const observed = current[key] ?? 0;
      return observed === 0 ? total : total + 2 * observed * Math.log(observed / expected);
    }, 0);
    return tested(statistic, chiSquaredAbove(statistic, reference.length - 1));
  },
};
