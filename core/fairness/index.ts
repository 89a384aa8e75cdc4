/** Every fairness metric by Fairlearn's function name. Add a file, add a line. */

import { demographic_parity_difference, demographic_parity_ratio } from './demographic_parity.ts';
import { equal_opportunity_difference, equal_opportunity_ratio } from './equal_opportunity.ts';
import { equalized_odds_difference, equalized_odds_ratio } from './equalized_odds.ts';
import type { FairnessMetric } from './metric.ts';

export const fairnessMetrics = {
  demographic_parity_difference,
  demographic_parity_ratio,
  equalized_odds_difference,
  equalized_odds_ratio,
  equal_opportunity_difference,
  equal_opportunity_ratio,
} as const satisfies Record<string, FairnessMetric>;

export type FairnessMetricName = keyof typeof fairnessMetrics;

export const fairnessMetricNames = Object.keys(fairnessMetrics) as [
  FairnessMetricName,
  ...FairnessMetricName[],
];
