/** Every property of the contract has a column in the data. */

import type { ContractRule } from '../check.ts';
import { columnOf } from '../odcs.ts';
import { hasColumn } from '../values.ts';

export const present: ContractRule = {
  ofProperty(property, shape) {
    const column = columnOf(property);
    const isThere = hasColumn(shape, property);
    return [
      {
        rule: 'present',
        column,
        severity: 'error',
        measures: {},
        shows: [],
        judge: (_, rows) =>
          isThere
            ? { status: 'pass', reason: 'the column exists', failed: 0 }
            : { status: 'fail', reason: 'the data has no such column', failed: rows },
      },
    ];
  },
};
