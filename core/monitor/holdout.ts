/** What a metric was on the version's own holdout, by the profile; or why a window can't be compared with it. */

import { type MetricName, metrics } from '../metrics/index.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import { counted } from '../plural.ts';
import { intervalOf, type Measured, scaleOf } from './metric-interval.ts';
import { FEWEST_OF_CLASS, FEWEST_REFERENCE_ROWS } from './terms.ts';

export type Holdout = Measured | { readonly reason: string };

export function holdoutOf(
  { performance, data: { rows }, labels }: Pick<ProfilePredicate, 'performance' | 'data' | 'labels'>,
  metric: MetricName,
): Holdout {
  const estimate = performance.find((one) => one.metric === metric);
  const { point = null, low = null, high = null } = estimate ?? {};
  if (point === null || low === null || high === null) {
    const why = estimate?.reason === undefined ? '' : `: ${estimate.reason}`;
    return { reason: `the profile has no interval of its value on the holdout${why}` };
  }
  if (rows < FEWEST_REFERENCE_ROWS) {
    return { reason: `its holdout has ${counted(rows, 'row')}, ${FEWEST_REFERENCE_ROWS} would settle it` };
  }
  const rarer =
    labels && metrics[metric].perClass ? Math.min(labels.positive, labels.rows - labels.positive) : rows;
  if (rarer < FEWEST_OF_CLASS) {
    return {
      reason: `its holdout has ${counted(rarer, 'row')} of the rarer class, ${FEWEST_OF_CLASS} would settle it`,
    };
  }
  const isCertain = !Number.isFinite(scaleOf(metric).to(point));
  if (isCertain) return intervalOf({ metric, rows, restsOn: rarer }, point, 0);
  return { point, low, high, centre: point, restsOn: rarer };
}
