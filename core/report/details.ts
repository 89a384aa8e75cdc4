/** The folded parts of a model's report, the most wanted first: where a text has no room for all, the last go first. */

import { changeText } from '../candidate/input-changes.ts';
import { curveDetails } from './curve-charts.ts';
import type { Detail } from './detail.ts';
import { escapeMarkdown } from './escape.ts';
import { groupChart } from './group-charts.ts';
import { latencyDetail } from './latency-chart.ts';
import { regressionTables } from './regressions.ts';
import type { Report } from './report.ts';
import { skewExamplesTable, skewTable } from './skew-tables.ts';
import { sliceDetail } from './slices.ts';
import { allMetricsTable, groupMetricTable, groupsTable, table } from './tables.ts';
import { timingTable } from './timing.ts';

/** Groups that a table shows, from everything to the least that still answers. */
const GROUPS = [200, 20, 5] as const;

/** Changed files that are named. */
const MOST_CHANGES = 100;

export function detailsOf(report: Report): readonly Detail[] {
  const { evaluation, results } = report;
  const judged = results.filter(({ gate }) => gate === 'benchmark').map(({ subject }) => subject);
  return [
    ...groupDetail(report),
    ...sliceDetail(evaluation.slices ?? [], judged),
    ...regressionDetail(report),
    ...skewDetail(report),
    { title: 'All metrics', bodies: [allMetricsTable(evaluation)] },
    ...changesDetail(report),
    ...(evaluation.curves ? curveDetails(evaluation.curves) : []),
    ...latencyDetail(evaluation.latency),
    ...timingDetail(evaluation),
    ...trainingDetail(report),
  ];
}

function groupDetail({ evaluation, results }: Report): readonly Detail[] {
  const { groups: counted, groupMetrics = [] } = evaluation;
  if (counted.length + groupMetrics.length === 0) return [];
  const isOpen = results.some(
    ({ gate, verdict: { status } }) => gate === 'bias' && (status === 'fail' || status === 'inconclusive'),
  );
  const [full, ...shorter] = GROUPS.map((most) =>
    [
      ...counted.flatMap((one) => [groupsTable(one.groups, one.by, most), groupChart(one)]),
      ...groupMetrics.map((one) => groupMetricTable(one, most)),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
  return [{ title: 'Groups: counts and rates', bodies: [full ?? '', ...shorter], isOpen }];
}

/** Empty where the candidate lost nowhere. */
function regressionDetail({ evaluation: { regressions } }: Report): readonly Detail[] {
  const tables = regressions ? regressionTables(regressions) : '';
  return tables === '' ? [] : [{ title: 'Regressions: where the candidate lost most', bodies: [tables] }];
}

/** Which columns differ and why, with rows to look at. Empty where nothing differs. */
function skewDetail({ evaluation: { skew } }: Report): readonly Detail[] {
  const differing = skew?.features.filter((feature) => feature.differing > 0) ?? [];
  if (!skew || differing.length === 0) return [];
  const tables = [skewTable(differing), skewExamplesTable(skew.examples)].filter((part) => part !== '');
  return [{ title: 'Skew: served features that differ from training', bodies: [tables.join('\n\n')] }];
}

/** All of them: the glance names a few. */
function changesDetail({ context: { changes = [] } }: Report): readonly Detail[] {
  if (changes.length === 0) return [];
  const rest = changes.length - MOST_CHANGES;
  const rows = changes.slice(0, MOST_CHANGES).map((one) => [one.kind, escapeMarkdown(changeText(one), 300)]);
  const note = rest > 0 ? `\n\n…and ${rest.toLocaleString('en-US')} more.` : '';
  return [{ title: 'Changed inputs', bodies: [table(['what', 'change'], rows) + note] }];
}

/** Under which load, how often, and how far the runner itself can be trusted. */
function timingDetail(evaluation: Report['evaluation']): readonly Detail[] {
  const timing = timingTable(evaluation);
  return timing === '' ? [] : [{ title: 'Latency: what was measured', bodies: [timing] }];
}

function trainingDetail({ training }: Report): readonly Detail[] {
  if (!training) return [];
  const { params, metrics, environment, seconds, command } = training;
  const pairs = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values)
      .slice(0, 50)
      .map(
        ([name, value]) =>
          `${escapeMarkdown(name, 100)} = ${escapeMarkdown(typeof value === 'number' ? String(value) : JSON.stringify(value), 100)}`,
      )
      .join(', ') || 'none';
  const lines = [
    `- command: ${escapeMarkdown(command)}`,
    `- parameters: ${pairs(params)}`,
    `- measured by the script itself: ${pairs(metrics)}`,
    `- environment: ${escapeMarkdown([environment.interpreter, environment.platform, environment.gpu].filter(Boolean).join(', '))}`,
    `- took ${Math.round(seconds).toLocaleString('en-US')} s`,
  ];
  return [
    {
      title: 'Training, as it describes itself (advisory: no verdict rests on it)',
      bodies: [lines.join('\n')],
    },
  ];
}
