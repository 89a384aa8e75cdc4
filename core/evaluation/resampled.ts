/**
 * Which metrics have an interval: the standard ones, and those that a gate judges. The rest have points only, since each resampled metric
 * costs a pass over all rows for every resample.
 */

import type { MetricName } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';

/** Why a metric has no interval; undefined where it has one. */
export function whyNoInterval(
  name: MetricName,
  { standard, noInterval }: Metric,
  judged: ReadonlySet<string>,
): string | undefined {
  if (noInterval !== undefined) return noInterval;
  return standard || judged.has(name) ? undefined : 'measured without an interval: no gate asks for it';
}
