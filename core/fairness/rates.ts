/** Per-group rates from confusion counts. A rate of 0/0 is undefined; Fairlearn takes it for 0. */

import type { Confusion } from '../evidence/groups.ts';
import { type MetricValue, ratio } from '../metrics/metric.ts';

export type RateName = 'selection_rate' | 'true_positive_rate' | 'false_positive_rate';

/** How many rows the rate counts: its numerator. */
export const selectedRows: Readonly<Record<RateName, (counts: Confusion) => number>> = {
  selection_rate: ({ tp, fp }) => tp + fp,
  true_positive_rate: ({ tp }) => tp,
  false_positive_rate: ({ fp }) => fp,
};

/** How many rows the rate is a share of: its denominator. */
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

/** The group's rate; undefined, saying why, where it is a share of no rows. */
export function rateOf(rate: RateName, counts: Confusion): MetricValue {
  return ratio(selectedRows[rate](counts), rateRows[rate](counts), `no ${rateRowsName[rate]}`);
}
