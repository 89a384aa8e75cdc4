/** Columns that make groups: as they are, or numbers cut into bins. */

import { z } from 'zod';
import { Column } from './column.ts';

/** What names a group column in evidence has at most this many characters. */
const LONGEST_NAME = 200;

const Binned = z
  .strictObject({
    column: Column,
    bins: z.array(z.number()).min(1).max(50).meta({
      description:
        'Edges, ascending: [18, 30] makes "< 18", "[18, 30)" and "≥ 30"; missing values are a group of their own',
    }),
  })
  .superRefine((binned, context) => {
    const { bins } = binned;
    if (bins.some((edge, index) => index > 0 && !(edge > (bins[index - 1] ?? edge)))) {
      context.addIssue({ code: 'custom', path: ['bins'], input: bins, message: 'edges must ascend' });
    }
    if (groupColumnName(binned).length > LONGEST_NAME) {
      context.addIssue({
        code: 'custom',
        path: ['bins'],
        input: bins,
        message: 'too many edges to be named',
      });
    }
  });

export const GroupColumn = z.union([Column, Binned]);
export type GroupColumn = z.infer<typeof GroupColumn>;

/** The column of the data. */
export function sourceColumn(group: GroupColumn): string {
  return typeof group === 'string' ? group : group.column;
}

/** Its name in evidence and reports: `sex`, `age(18, 30)`. */
export function groupColumnName(group: GroupColumn): string {
  return typeof group === 'string' ? group : `${group.column}(${group.bins.join(', ')})`;
}
