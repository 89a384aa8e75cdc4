/** Which group others are held against. */

import { byLevel } from './gap.ts';

export interface Candidate {
  /** Values of the compared columns, in their order. */
  readonly values: readonly string[];
  readonly level: string;
  readonly rows: number;
}

/** Of each level the group with the most rows, or the one with these values. Indices into `groups`. */
export function referenceGroups(
  groups: readonly Candidate[],
  reference: 'majority' | readonly string[],
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const own of byLevel(groups.map((group, index) => ({ ...group, index }))).values()) {
    const [first, ...others] =
      reference === 'majority'
        ? own
        : own.filter(({ values }) => values.every((value, place) => value === reference[place]));
    if (!first) continue;
    let most = first;
    for (const other of others) if (other.rows > most.rows) most = other;
    found.add(most.index);
  }
  return found;
}
