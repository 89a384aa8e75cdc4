/** `required: true`, and every part of a primary key: no missing values. */

import { counted } from '../../plural.ts';
import type { ContractRule } from '../check.ts';
import { columnOf } from '../odcs.ts';
import { identifier } from '../sql.ts';
import { hasColumn } from '../values.ts';

export const required: ContractRule = {
  ofProperty(property, shape) {
    if (!(property.required || property.primaryKey) || !hasColumn(shape, property)) return [];
    const column = columnOf(property);
    const missing = `${identifier(column)} IS NULL`;
    return [
      {
        rule: 'required',
        column,
        severity: 'error',
        measures: { missing: `count(*) FILTER (WHERE ${missing})` },
        failing: missing,
        shows: [column],
        judge({ missing: failed = 0 }, rows) {
          if (rows === 0) return { status: 'inconclusive', reason: 'there are no rows to check', failed };
          if (failed === 0) return { status: 'pass', reason: 'no value is missing', failed };
          return { status: 'fail', reason: `${failed} of ${counted(rows, 'row')} without a value`, failed };
        },
      },
    ];
  },
};
