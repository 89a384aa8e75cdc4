export const metricNames = ['roc_auc'] as const;
