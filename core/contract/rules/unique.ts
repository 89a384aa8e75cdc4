/** `unique: true`: no value twice. */

import { counted } from '../../plural.ts';
import type { ContractRule } from '../check.ts';
import { columnOf } from '../odcs.ts';
import { hasColumn } from '../values.ts';
import { duplicateSql, surplus } from './duplicates.ts';

export const unique: ContractRule = {
  ofProperty(property, shape) {
    if (!property.unique || !hasColumn(shape, property)) return [];
    const column = columnOf(property);
    return [
      {
        rule: 'unique',
        column,
        severity: 'error',
        ...duplicateSql([column]),
        shows: [column],
        judge(measured) {
          const failed = surplus(measured);
          if (measured.values === 0)
            return { status: 'inconclusive', reason: 'there is no value to check', failed };
          if (failed === 0)
            return { status: 'pass', reason: `${measured.values} values, all different`, failed };
          return {
            status: 'fail',
            reason: `${counted(failed, 'row')} ${failed === 1 ? 'repeats' : 'repeat'} a value`,
            failed,
          };
        },
      },
    ];
  },
};
