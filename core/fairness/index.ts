export const fairnessMetricNames = ['equalized_odds_difference'] as const;
