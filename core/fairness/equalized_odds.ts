/** Equalized odds: groups have the same true-positive and the same false-positive rate; the worse of the two counts. */

import type { FairnessMetric } from './metric.ts';

export const equalized_odds_difference: FairnessMetric = {
  kind: 'difference',
  rates: ['true_positive_rate', 'false_positive_rate'],
};

export const equalized_odds_ratio: FairnessMetric = {
  kind: 'ratio',
  rates: ['true_positive_rate', 'false_positive_rate'],
};
