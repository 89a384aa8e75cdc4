/** The primary key, of one column or several, names each row once. Missing parts are the rule `required`'s. */

import { counted } from '../../plural.ts';
import { type ContractRule, skip } from '../check.ts';
import { columnOf } from '../odcs.ts';
import { duplicateSql, surplus } from './duplicates.ts';

export const primaryKey: ContractRule = {
  ofTable(table, shape) {
    const columns = table.properties
      .filter((property) => property.primaryKey)
      .sort((a, b) => a.primaryKeyPosition - b.primaryKeyPosition)
      .map(columnOf);
    if (columns.length === 0) return [];

    const named = columns.join(', ');
    const missing = columns.find((column) => !shape.columns.has(column));
    if (missing !== undefined) return [skip('primaryKey', named, `column ${missing} is missing`)];
    return [
      {
        rule: 'primaryKey',
        column: named,
        severity: 'error',
        ...duplicateSql(columns),
        shows: columns,
        judge(measured, rows) {
          const failed = surplus(measured);
          if (rows === 0) return { status: 'inconclusive', reason: 'there are no rows to check', failed };
          if (failed === 0) return { status: 'pass', reason: `${measured.distinct} different keys`, failed };
          return {
            status: 'fail',
            reason: `${failed} of ${counted(rows, 'row')} repeat another row's key`,
            failed,
          };
        },
      },
    ];
  },
};
