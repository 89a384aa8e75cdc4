/** Which groups are held against which: the comparisons that a simultaneous interval has to cover. */

import { byLevel, type To } from './gap.ts';

export interface Place {
  readonly level: string;
  readonly reference: boolean;
}

export interface Contrasts {
  /** Indices of groups. */
  readonly from: Int32Array;
  /** Indices of groups; from the number of groups on, all rows of the level of that number. */
  readonly to: Int32Array;
  /** The levels, in the order in which groups name them. */
  readonly levels: readonly string[];
}

/** Every comparison once, whatever its direction. A level with one group alone has none. */
export function contrastsOf(to: To, groups: readonly Place[]): Contrasts {
  const levels = byLevel(groups.map(({ level, reference }, index) => ({ level, reference, index })));
  const pairs: number[] = [];
  for (const [place, own] of [...levels.values()].entries()) {
    if (own.length < 2) continue;
    const indices = own.map(({ index }) => index);
    const reference = own.find((group) => group.reference)?.index;
    if (to === 'groups') pushPairs(pairs, indices);
    else pushAgainst(pairs, indices, to === 'overall' ? groups.length + place : reference);
  }
  return {
    from: Int32Array.from({ length: pairs.length / 2 }, (_, pair) => pairs[2 * pair] ?? 0),
    to: Int32Array.from({ length: pairs.length / 2 }, (_, pair) => pairs[2 * pair + 1] ?? 0),
    levels: [...levels.keys()],
  };
}

function pushPairs(pairs: number[], indices: readonly number[]): void {
  for (const [place, index] of indices.entries()) {
    for (let later = place + 1; later < indices.length; later++) pairs.push(index, indices[later] ?? 0);
  }
}

function pushAgainst(pairs: number[], indices: readonly number[], fixed: number | undefined): void {
  if (fixed === undefined) return;
  for (const index of indices) if (index !== fixed) pairs.push(index, fixed);
}
