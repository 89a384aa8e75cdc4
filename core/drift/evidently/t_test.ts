/** Student's t-test of two means, two-sided, variances pooled. */

import { lnUpperTail } from '../../rollout/beta.ts';
import { BY_P_VALUE, type DriftMeasure, tested } from '../measure.ts';
import { meanOf, squaresOf } from '../moments.ts';

export const t_test: DriftMeasure = {
  variant: "Evidently's t-test of the means, equal variances",
  drift: BY_P_VALUE,
  threshold: 0.05,
  samples({ reference, current }) {
    const freedom = reference.total + current.total - 2;
    const variance = (squaresOf(reference) + squaresOf(current)) / freedom;
    if (!(variance > 0)) return { undefined: 'no side has any spread' };
    const statistic =
      (meanOf(reference) - meanOf(current)) / Math.sqrt(variance * (1 / reference.total + 1 / current.total));
    const share = statistic ** 2 / (freedom + statistic ** 2);
    return tested(statistic, Math.exp(lnUpperTail(share, 0.5, freedom / 2)));
  },
};
