/** The groups that a bias gate compares, from evidence: which level each belongs to, which is the reference, and which are too small. */

import { type BiasGate, comparedTo } from '../config/gates/bias.ts';
import { groupColumnName, sourceColumn } from '../config/group-column.ts';
import { byLevel } from '../fairness/gap.ts';
import { referenceGroups } from '../fairness/reference.ts';
import { groupName, pairs, referenceName } from './bias-words.ts';

export interface Placed {
  /** Every value, for lists. */
  readonly name: string;
  /** `sex=f`, for sentences. */
  readonly says: string;
  /** `region=north`; empty without control features. */
  readonly level: string;
  readonly reference: boolean;
  /** What the group lacks, such as `3 positive rows`; undefined when it has enough. */
  readonly lacks: string | undefined;
}

export interface Sized {
  readonly values: readonly string[];
  /** Not weighted. */
  readonly rows: number;
  /** What else of the group is too few, in words; undefined when nothing is. */
  readonly fewOf: string | undefined;
}

/** Each group's place, in their order. */
export function placeGroups(gate: BiasGate, groups: readonly Sized[]): readonly Placed[] {
  const by = gate.by.map(groupColumnName);
  const control = (gate.control ?? []).map(groupColumnName);
  const places = groups.map(({ values, rows, fewOf }) => ({
    name: groupName({ values }),
    values: values.slice(0, by.length),
    level: pairs(control, values.slice(by.length)),
    rows,
    lacks: rows < gate['min-group-size'] ? `${rows} rows` : fewOf,
  }));
  const references = referenceGroups(places, referenceValues(gate));
  return places.map(({ name, values, level, lacks }, index) => ({
    name,
    says: pairs(by, values),
    level,
    reference: comparedTo(gate) === 'reference' && references.has(index),
    lacks,
  }));
}

function referenceValues({ reference, by }: BiasGate): 'majority' | readonly string[] {
  if (typeof reference !== 'object') return 'majority';
  return by.map((group) => reference[sourceColumn(group)] ?? '');
}

/** What leaves the verdict open: groups too small, and levels without the reference. */
export function openGroups(gate: BiasGate, groups: readonly Placed[]): readonly string[] {
  const small = groups.flatMap(({ name, lacks }) => (lacks ? [`${name} (${lacks})`] : []));
  if (comparedTo(gate) !== 'reference') return small;
  if (!groups.some(({ reference }) => reference)) {
    // A misspelt value, most likely.
    const known = [...new Set(groups.map(({ says }) => says))].slice(0, 5).join('; ');
    return [...small, `all rows (no ${referenceName(gate)} there; there are ${known})`];
  }
  const bare = [...byLevel(groups)].filter(([, own]) => !own.some(({ reference }) => reference));
  return [...small, ...bare.map(([level]) => `${level || 'all rows'} (no ${referenceName(gate)})`)];
}

/** What would settle it. */
export function largerGroups(gate: BiasGate): string {
  const { 'min-group-size': rows, 'min-positives': share } = gate;
  const needed =
    rows === share
      ? `${rows} rows for every rate of every group`
      : `${rows} rows of every group and ${share} for every rate of it`;
  return `a holdout with at least ${needed} (or coarser groups)`;
}
