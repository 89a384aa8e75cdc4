/** What unique columns, primary keys and `duplicateValues` share: counting the rows that repeat an earlier one. */

import type { Measured } from '../check.ts';
import { identifier } from '../sql.ts';

export interface DuplicateSql {
  readonly measures: Readonly<Record<'values' | 'distinct', string>>;
  readonly failing: string;
}

/** Rows whose columns are all there and repeat another row's. Rows with a missing part repeat nothing. */
export function duplicateSql(columns: readonly string[]): DuplicateSql {
  const names = columns.map(identifier);
  const key = names.length === 1 ? names[0] : `(${names.join(', ')})`;
  const complete = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  return {
    measures: {
      values: `count(*) FILTER (WHERE ${complete})`,
      distinct: `count(DISTINCT ${key}) FILTER (WHERE ${complete})`,
    },
    failing: `${complete} AND ${key} IN (SELECT ${key} FROM data WHERE ${complete} GROUP BY ${names.join(', ')} HAVING count(*) > 1)`,
  };
}

/** Rows beyond the first of each value. */
export function surplus({ values = 0, distinct = 0 }: Measured): number {
  return values - distinct;
}
