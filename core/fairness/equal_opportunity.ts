/** Equal opportunity: groups have the same true-positive rate. */

import type { FairnessMetric } from './metric.ts';

export const equal_opportunity_difference: FairnessMetric = {
  kind: 'difference',
  rates: ['true_positive_rate'],
};

export const equal_opportunity_ratio: FairnessMetric = { kind: 'ratio', rates: ['true_positive_rate'] };
