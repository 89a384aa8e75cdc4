/** The four cells of a group's confusion counts, in the order in which they are kept. */

import type { Confusion } from '../evidence/groups.ts';

export const CELLS = ['tp', 'fp', 'fn', 'tn'] as const satisfies readonly (keyof Confusion)[];

/** One number per group and cell: sums of weights, or rows where there are none. */
export function cellsOf(groups: readonly { readonly counts: Confusion }[]): Float64Array {
  return Float64Array.from(groups.flatMap(({ counts }) => CELLS.map((cell) => counts[cell])));
}
