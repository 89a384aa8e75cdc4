/** Results by group as evidence: confusion counts of every grouping, and the metrics that bias gates compare between groups. */

import { groupMetricOf } from '../config/gates/bias.ts';
import { type GroupColumn, groupColumnName } from '../config/group-column.ts';
import type { ModelConfig } from '../config/model.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { MetricName } from '../metrics/index.ts';
import { clusteringByGroup, confusionByGroup, weighingByGroup } from './confusion.ts';
import { type GroupContest, measureGroups } from './group-metrics.ts';
import { type Grouping, groupingOf, groupingsWanted, groupRows, requireFewGroups } from './groups.ts';
import type { Holdout } from './holdout.ts';

/** MW_GROUPS_TOO_MANY, MW_ROWS_INVALID. */
export function groupEvidence(
  { evaluate, gates }: Pick<ModelConfig, 'evaluate' | 'gates'>,
  holdout: Pick<Holdout, 'groups' | 'rows'>,
  contest: GroupContest,
): Pick<EvaluationPredicate, 'groups' | 'groupMetrics'> {
  const rowsBy = (by: readonly GroupColumn[]) => groupRows(by, holdout.groups, holdout.rows);
  const groupings = groupingsWanted(evaluate.groups, gates.bias).map(rowsBy);
  requireFewGroups(groupings);
  const measured = metricsWanted(gates.bias).map(({ metric, by }) =>
    measureGroups(contest, metric, rowsBy(by)),
  );
  requireFewGroups(measured);
  return {
    groups: contest.candidate.task === 'binary-classification' ? groupings.map(countsOf) : [],
    ...(measured.length > 0 && { groupMetrics: measured }),
  };

  function countsOf(grouping: Grouping): EvaluationPredicate['groups'][number] {
    const { candidate, champion, clusters } = contest;
    const ours = candidate.task === 'binary-classification' ? confusionByGroup(candidate, grouping) : [];
    const theirs = champion?.task === 'binary-classification' ? confusionByGroup(champion, grouping) : [];
    const weighing =
      candidate.task === 'binary-classification' ? weighingByGroup(candidate, grouping) : undefined;
    const clustering =
      candidate.task === 'binary-classification' && clusters
        ? clusteringByGroup(candidate, grouping, clusters)
        : undefined;
    return {
      by: [...grouping.by],
      groups: ours.map((counts, index) => ({
        values: [...(grouping.groups[index] ?? [])],
        candidate: counts,
        champion: theirs[index] ?? null,
        ...(weighing?.[index] && { weighing: weighing[index] }),
        ...(clustering?.[index] && { clustering: clustering[index] }),
      })),
    };
  }
}

/** Each metric with the columns it is measured by; held against all rows of a control feature, by that feature too. */
function metricsWanted(gates: ModelConfig['gates']['bias']) {
  const wanted = new Map<string, { readonly metric: MetricName; readonly by: readonly GroupColumn[] }>();
  for (const gate of gates) {
    const metric = groupMetricOf(gate);
    if (metric === undefined) continue;
    const control = gate.to === 'overall' && gate.control ? [gate.control] : [];
    for (const by of [groupingOf(gate), ...control]) {
      wanted.set(JSON.stringify([metric, by.map(groupColumnName)]), { metric, by });
    }
  }
  return [...wanted.values()];
}
