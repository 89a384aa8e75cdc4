/** Metrics on each group by itself, with intervals: what a bias gate on ROC AUC or RMSE compares. */

import type { Estimate } from '../evidence/estimate.ts';
import type { GroupMetricEvidence } from '../evidence/groups.ts';
import { type MetricName, measureOf } from '../metrics/index.ts';
import { isDefined } from '../metrics/metric.ts';
import { type Predictions, select, weightsOf } from '../metrics/predictions.ts';
import type { Grouping } from './groups.ts';
import { type Contest, measureContest } from './measure.ts';
import { clustersOfRows } from './sampled.ts';

export type GroupContest = Pick<Contest, 'candidate' | 'champion' | 'clusters' | 'seed'>;

/** One metric by group. The metric fits the task, or every group is undefined for that reason. */
export function measureGroups(
  contest: GroupContest,
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
      const ours = select(contest.candidate, rows);
      return {
        values: [...values],
        rows: rows.length,
        ...rarerOf(ours),
        candidate: estimateOf(metric, ours, {
          clusters: contest.clusters && clustersOfRows(contest.clusters, rows),
          seed: `${contest.seed} ${metric} ${JSON.stringify([by, values])}`,
        }),
        champion: contest.champion && pointOf(metric, select(contest.champion, rows)),
      };
    }),
  };
}

function estimateOf(
  metric: MetricName,
  candidate: Predictions,
  sampling: Pick<Contest, 'clusters' | 'seed'>,
): Estimate {
  const judged = new Set([metric]);
  const [measured] = measureContest({ ...sampling, candidate, champion: null, only: [metric], judged });
  if (measured) return measured.candidate;
  return {
    point: null,
    low: null,
    high: null,
    reason: `${metric} says nothing of ${candidate.task}`,
  };
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
