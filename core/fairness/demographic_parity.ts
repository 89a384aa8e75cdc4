/** Demographic parity: groups are predicted positive at the same rate, whatever came true. */

import type { FairnessMetric } from './metric.ts';

export const demographic_parity_difference: FairnessMetric = {
  kind: 'difference',
  rates: ['selection_rate'],
};

export const demographic_parity_ratio: FairnessMetric = { kind: 'ratio', rates: ['selection_rate'] };
