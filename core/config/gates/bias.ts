/** `gates.bias`: what is compared between which groups, and the limit. */

import { z } from 'zod';
import { type DisparityName, disparities, disparityNames } from '../../fairness/disparities.ts';
import { type FairnessMetricName, fairnessMetricNames, fairnessMetrics } from '../../fairness/index.ts';
import type { FairnessMetric } from '../../fairness/metric.ts';
import { type MetricName, metricNames } from '../../metrics/index.ts';
import { GroupColumn, sourceColumn } from '../group-column.ts';
import { Decide } from './decide.ts';

/** Columns of groups and of control features together: as many as evidence names. */
const MOST_COLUMNS = 5;

/** By default a group, or a rate of it, of fewer rows is too small to tell: its 95 % interval spans more than half of 0 to 1. */
const SMALLEST_GROUP = 10;

const Count = z.number().int().min(1).max(1_000_000_000);

const Shape = z.strictObject({
  metric: z.enum([...fairnessMetricNames, ...disparityNames, ...metricNames]).meta({
    description:
      "A fairness metric by Fairlearn's name, a disparity by Aequitas', or a metric by scikit-learn's, measured on each group",
  }),
  compare: z.enum(['difference', 'ratio']).optional().meta({
    description:
      "How groups are compared, where the metric's name does not say: of disparities a ratio, of scikit-learn's metrics a difference, unless told otherwise",
  }),
  agg: z.enum(['worst_case', 'mean']).optional().meta({
    description:
      "Equalized odds: the worse of true-positive and false-positive rate, or their mean (Fairlearn's `agg`)",
  }),
  by: z
    .array(GroupColumn)
    .min(1)
    .max(MOST_COLUMNS)
    .meta({ description: 'Columns that make the groups; several make their intersections' }),
  to: z.enum(['groups', 'overall', 'reference']).optional().meta({
    description:
      'What a group is held against: every other group, all rows, or one group. Disparities: reference, everything else: groups',
  }),
  reference: z
    .union([z.enum(['majority', 'min-metric']), z.record(z.string().min(1).max(200), z.string().max(200))])
    .optional()
    .meta({
      description:
        'The group that others are held against: the one with the most rows (majority, the default), the one with the lowest value (min-metric), or the one with these values, such as {sex: male}',
    }),
  control: z.array(GroupColumn).min(1).max(4).optional().meta({
    description: 'Control features: groups are compared within each of their values, and the worst counts',
  }),
  'min-group-size': Count.default(SMALLEST_GROUP).meta({
    description: 'Groups with fewer rows leave the verdict open',
  }),
  'min-positives': Count.default(SMALLEST_GROUP).meta({
    description:
      'So do groups with fewer of the rows that a rate is a share of: positive ones for true-positive rates, negative ones for false-positive rates, and so on; of either class for ROC AUC and its kind',
  }),
  max: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'Differences: at most this. Without a limit the numbers are reported only' }),
  min: z.number().min(0).max(1).optional().meta({ description: 'Ratios: at least this' }),
  decide: Decide,
});

/** A limit on the wrong side would pass every unfair model, so it is refused. */
export const BiasGate = Shape.superRefine((gate, context) => {
  for (const { path, message } of problemsOf(gate)) {
    context.addIssue({ code: 'custom', path: [path], input: gate[path], message });
  }
});
export type BiasGate = z.infer<typeof BiasGate>;

type Question = Pick<BiasGate, 'metric'> & {
  readonly [key in 'compare' | 'agg' | 'to' | 'reference']?: BiasGate[key] | undefined;
};

/** A metric that compares rates of confusion counts. */
export function comparesRates(metric: BiasGate['metric']): metric is FairnessMetricName | DisparityName {
  return metric in fairnessMetrics || metric in disparities;
}

/** The gate's metric as a comparison of rates; undefined where it compares a metric of scikit-learn's. */
export function rateComparison(gate: Question): FairnessMetric | undefined {
  const { metric, agg } = gate;
  if (!comparesRates(metric)) return undefined;
  const named: FairnessMetric =
    metric in fairnessMetrics
      ? fairnessMetrics[metric as FairnessMetricName]
      : disparities[metric as DisparityName];
  return { ...named, kind: kindOf(gate), to: comparedTo(gate), ...(agg && { agg }) };
}

/** The metric of scikit-learn's that the gate compares between groups; undefined where it compares rates. */
export function groupMetricOf({ metric }: Pick<BiasGate, 'metric'>): MetricName | undefined {
  return comparesRates(metric) ? undefined : metric;
}

/** The lowest group as reference makes the same gap as the two groups furthest apart. */
export function comparedTo({ metric, to, reference }: Question): NonNullable<BiasGate['to']> {
  if (reference === 'min-metric') return 'groups';
  return to ?? (metric in disparities || reference !== undefined ? 'reference' : 'groups');
}

export function kindOf({ metric, compare }: Question): 'difference' | 'ratio' {
  if (metric in fairnessMetrics) return fairnessMetrics[metric as FairnessMetricName].kind;
  return compare ?? (metric in disparities ? 'ratio' : 'difference');
}

interface Problem {
  readonly path: keyof BiasGate;
  readonly message: string;
}

function problemsOf(gate: BiasGate): readonly Problem[] {
  return [...limitProblems(gate), ...optionProblems(gate), ...referenceProblems(gate)];
}

function limitProblems(gate: BiasGate): readonly Problem[] {
  const { metric, min, max } = gate;
  if (kindOf(gate) === 'ratio' && max !== undefined) {
    return [{ path: 'max', message: `${metric} is fair at 1: its limit is \`min\`` }];
  }
  if (kindOf(gate) === 'difference' && min !== undefined) {
    return [{ path: 'min', message: `${metric} is fair at 0: its limit is \`max\`` }];
  }
  return [];
}

/** Options that the metric has no use for would be thought to work. */
function optionProblems(gate: BiasGate): readonly Problem[] {
  const { metric, compare, agg, to, by, control = [] } = gate;
  const rates = metric in fairnessMetrics ? fairnessMetrics[metric as FairnessMetricName].rates : undefined;
  const problems: Problem[] = [];
  if (rates && compare !== undefined && compare !== kindOf(gate)) {
    problems.push({ path: 'compare', message: `${metric} is a ${kindOf(gate)}` });
  }
  if (agg !== undefined && (rates?.length ?? 0) < 2) {
    problems.push({ path: 'agg', message: 'only equalized odds aggregates two rates' });
  }
  if (metric === 'ppr_disparity' && to === 'overall') {
    problems.push({
      path: 'to',
      message: "a group's share of all predicted positive has no value for all rows",
    });
  }
  if (by.length + control.length > MOST_COLUMNS) {
    problems.push({
      path: 'control',
      message: `\`by\` and \`control\` name at most ${MOST_COLUMNS} columns together`,
    });
  }
  return problems;
}

function referenceProblems({ reference, to, by }: BiasGate): readonly Problem[] {
  if (reference === undefined) return [];
  if (to !== undefined && to !== 'reference') {
    return [{ path: 'reference', message: `\`to: ${to}\` has no reference group` }];
  }
  if (typeof reference !== 'object') return [];
  const columns = by.map(sourceColumn);
  const named = Object.keys(reference);
  const fits = named.length === columns.length && named.every((column) => columns.includes(column));
  if (fits) return [];
  return [
    { path: 'reference', message: `the reference names a value of each column: ${columns.join(', ')}` },
  ];
}
