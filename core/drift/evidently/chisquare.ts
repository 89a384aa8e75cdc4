/**
 * χ² goodness of fit of the current counts to the reference's shares, k − 1 degrees of freedom. A category that is new has an
 * expectation of 0: χ² is infinite and drift is certain.
 */

import { chiSquaredAbove } from '../../statistics/gamma.ts';
import { BY_P_VALUE, type DriftMeasure, sum, tested } from '../measure.ts';

export const chisquare: DriftMeasure = {
  variant: "Evidently's chi-squared goodness of fit to the reference",
  drift: BY_P_VALUE,
  threshold: 0.05,
  counts({ reference, current }) {
    if (reference.length < 2) return { undefined: 'there is only one value' };
    const scale = sum(current) / sum(reference);
    const statistic = reference.reduce((total, count, key) => {
      const expected = count * scale;
      return total + ((current[key] ?? 0) - expected) ** 2 / expected;
    }, 0);
    return tested(statistic, chiSquaredAbove(statistic, reference.length - 1));
  },
};
