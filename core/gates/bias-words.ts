/** A bias gate and its groups in words: `equalized_odds_difference by sex within region`, `sex=f, region=north`. */

import { type BiasGate, comparedTo, comparesRates, kindOf } from '../config/gates/bias.ts';
import { groupColumnName, sourceColumn } from '../config/group-column.ts';
import { disparities } from '../fairness/disparities.ts';

const LONGEST_PART = 80;

/** What the gate asks, for titles. */
export function biasTitle(gate: BiasGate): string {
  const { metric, agg, by, control } = gate;
  const kind = kindOf(gate);
  const says = comparesRates(metric) && !(metric in disparities && kind === 'difference');
  return [
    says ? metric : `${metric} ${kind}`,
    ...(agg === 'mean' ? ['(mean)'] : []),
    `by ${by.map(groupColumnName).join(', ')}`,
    ...against(gate),
    ...(control ? [`within ${control.map(groupColumnName).join(', ')}`] : []),
  ].join(' ');
}

function against(gate: BiasGate): readonly string[] {
  switch (comparedTo(gate)) {
    case 'groups':
      return gate.reference === 'min-metric' ? ['against the lowest'] : [];
    case 'overall':
      return ['to overall'];
    case 'reference':
      return [`against ${referenceName(gate)}`];
  }
}

/** `the majority`, or `sex=male`. */
export function referenceName({ reference, by }: Pick<BiasGate, 'reference' | 'by'>): string {
  if (typeof reference !== 'object') return 'the majority';
  const columns = by.map(sourceColumn);
  return pairs(
    columns,
    columns.map((column) => reference[column] ?? ''),
  );
}

/** One group's name for people: its values, joined. */
export function groupName({ values }: { readonly values: readonly string[] }): string {
  return values.join(', ');
}

/** `sex=f, age=30`. */
export function pairs(columns: readonly string[], values: readonly string[]): string {
  return columns.map((column, index) => `${column}=${values[index] ?? ''}`.slice(0, LONGEST_PART)).join(', ');
}
