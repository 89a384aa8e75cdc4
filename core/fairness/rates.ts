/** Per-group rates from confusion counts. A rate of 0/0 is undefined; Fairlearn takes it for 0. */

import type { Confusion } from '../evidence/evaluation.ts';
import { type MetricValue, ratio } from '../metrics/metric.ts';

export const rates = {
  /** Share predicted positive: (tp + fp) / all. */
  selection_rate: ({ tp, fp, fn, tn }: Confusion): MetricValue =>
    ratio(tp + fp, tp + fp + fn + tn, 'no rows'),
  /** Share of the positive rows predicted positive: tp / (tp + fn). */
  true_positive_rate: ({ tp, fn }: Confusion): MetricValue => ratio(tp, tp + fn, 'no positive rows'),
  /** Share of the negative rows predicted positive: fp / (fp + tn). */
  false_positive_rate: ({ fp, tn }: Confusion): MetricValue => ratio(fp, fp + tn, 'no negative rows'),
} as const;

export type RateName = keyof typeof rates;

/** How many rows a group's rate is a share of. */
export const rateRows: Readonly<Record<RateName, (counts: Confusion) => number>> = {
  selection_rate: ({ tp, fp, fn, tn }) => tp + fp + fn + tn,
  true_positive_rate: ({ tp, fn }) => tp + fn,
  false_positive_rate: ({ fp, tn }) => fp + tn,
};

/** What those rows are called. */
export const rateRowsName: Readonly<Record<RateName, string>> = {
  selection_rate: 'rows',
  true_positive_rate: 'positive rows',
  false_positive_rate: 'negative rows',
};
