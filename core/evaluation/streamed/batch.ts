/** Rows on their way through: what they are, what they weigh, which groups they are in. */

import type { MetricValue } from '../../metrics/metric.ts';

export interface Batch {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  /** Absent: every row weighs 1. */
  readonly weights: Float64Array | undefined;
  /** Each an assignment of every row to a group. */
  readonly codes: readonly Int32Array[];
}

/** What a metric is whose sums nobody has written down. */
export const needsAllRows: MetricValue = {
  reason: 'it needs all rows at once, and these are too many to hold',
};
