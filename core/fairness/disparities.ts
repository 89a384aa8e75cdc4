/**
 * Aequitas' ten group metrics as disparities. By themselves they are ratios to the largest group (`get_disparity_major_group`); `min: 0.8`
 * is its rule of τ. Where Aequitas caps x/0 at 10 and lets 0/0 pass, x/0 is as far apart as can be and 0/0 is undefined here.
 */

import type { FairnessMetric } from './metric.ts';
import type { RateName } from './rates.ts';

function disparity(rate: RateName): FairnessMetric {
  return { kind: 'ratio', rates: [rate], to: 'reference' };
}

export const disparities = {
  tpr_disparity: disparity('true_positive_rate'),
  tnr_disparity: disparity('true_negative_rate'),
  for_disparity: disparity('false_omission_rate'),
  fdr_disparity: disparity('false_discovery_rate'),
  fpr_disparity: disparity('false_positive_rate'),
  fnr_disparity: disparity('false_negative_rate'),
  npv_disparity: disparity('negative_predictive_value'),
  precision_disparity: disparity('precision'),
  ppr_disparity: disparity('predicted_positive_share'),
  pprev_disparity: disparity('selection_rate'),
} as const satisfies Record<string, FairnessMetric>;

export type DisparityName = keyof typeof disparities;

export const disparityNames = Object.keys(disparities) as [DisparityName, ...DisparityName[]];
