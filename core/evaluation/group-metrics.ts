/** Metrics on each group by itself, with intervals: what a bias gate on ROC AUC or RMSE compares. */

import { seededRandom } from '../chance.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { GroupMetricEvidence } from '../evidence/groups.ts';
import { type MetricName, measureOf, metrics } from '../metrics/index.ts';
import { isDefined } from '../metrics/metric.ts';
import { clustersOf, type Predictions, select, weightsOf } from '../metrics/predictions.ts';
import { bootstrap, unitsOf } from '../statistics/bootstrap.ts';
import { bcaInterval } from '../statistics/interval.ts';
import type { Grouping } from './groups.ts';

/** Intervals are compared as standard errors to both sides, which need fewer resamples than far quantiles. */
const REPLICATES = 500;

/** With fewer rows a bootstrap promises more than it knows. */
const FEWEST_ROWS = 20;

export interface GroupContest {
  readonly candidate: Predictions;
  readonly champion: Predictions | null;
  /** From digests (design §10). */
  readonly seed: string;
}

/** One metric by group. The metric fits the task, or every group is undefined for that reason. */
export function measureGroups(
  { candidate, champion, seed }: GroupContest,
  metric: MetricName,
  { by, groups, codes }: Grouping,
): GroupMetricEvidence {
  const rowsOf: number[][] = groups.map(() => []);
  for (const [row, code] of codes.entries()) rowsOf[code]?.push(row);
  return {
    by: [...by],
    metric,
    groups: groups.map((values, group) => {
      const rows = rowsOf[group] ?? [];
      const ours = select(candidate, rows);
      const random = `${seed} ${metric} ${JSON.stringify([by, values])}`;
      return {
        values: [...values],
        rows: rows.length,
        ...rarerOf(ours),
        candidate: estimateOf(metric, ours, random),
        champion: champion ? pointOf(metric, select(champion, rows)) : null,
      };
    }),
  };
}

function estimateOf(metric: MetricName, predictions: Predictions, seed: string): Estimate {
  const measure = measureOf(metric, predictions);
  if (!measure) return undefinedFor(`${metric} says nothing of ${predictions.task}`);
  const point = measure(weightsOf(predictions));
  if (!isDefined(point)) return undefinedFor(point.reason);
  if (!Number.isFinite(point)) return undefinedFor('the errors are too large for a number');

  const rows = predictions.labels.length;
  if (rows < FEWEST_ROWS) {
    const reason = `${rows} rows are too few for an interval (${FEWEST_ROWS})`;
    return { point, low: null, high: null, reason };
  }
  const sampling = { weights: weightsOf(predictions), clusters: clustersOf(predictions)?.codes };
  const [spread] = bootstrap({ ...sampling, replicates: REPLICATES }, [measure], seededRandom(seed));
  const interval = spread && bcaInterval({ point, ...spread, units: unitsOf(sampling) });
  if (!interval)
    return { point, low: null, high: null, reason: 'undefined on too many resamples for an interval' };
  return { point, ...widened(interval, metrics[metric].range, rows) };
}

/** Where no resample differs, what never happened in n rows may still happen to 3 of n (rule of three, 95 %). */
function widened(
  { low, high }: { readonly low: number; readonly high: number },
  [least, most]: readonly [number, number],
  rows: number,
) {
  const room = (3 / rows) * (most - least);
  if (low !== high || !Number.isFinite(room)) return { low, high };
  return { low: Math.max(least, low - room), high: Math.min(most, high + room) };
}

function pointOf(metric: MetricName, predictions: Predictions): number | null {
  const point = measureOf(metric, predictions)?.(weightsOf(predictions));
  return point !== undefined && isDefined(point) && Number.isFinite(point) ? point : null;
}

function rarerOf({ task, labels }: Predictions): { readonly rarer?: number } {
  if (task !== 'binary-classification') return {};
  let positives = 0;
  for (const label of labels) positives += label;
  return { rarer: Math.min(positives, labels.length - positives) };
}

function undefinedFor(reason: string): Estimate {
  return { point: null, low: null, high: null, reason: reason.slice(0, 500) };
}
