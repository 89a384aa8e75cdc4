/** Energy distance √(2 ∫ (F − G)²), as scipy.stats.energy_distance defines it. */

import { steps } from '../cumulative.ts';
import { type DriftMeasure, distance } from '../measure.ts';

export const ed: DriftMeasure = {
  variant: "Evidently's energy distance",
  drift: { of: 'statistic', when: '>' },
  threshold: 0.1,
  samples(pair) {
    let area = 0;
    for (const { width, reference, current } of steps(pair)) {
      area += width * (reference / pair.reference.total - current / pair.current.total) ** 2;
    }
    return distance(Math.sqrt(2 * area));
  },
};
