/** Columns of predictions as numbers in SQL, reading cells as `numberOf` and `binaryLabel` do; what is no such value is NULL. */

import { identifier } from '../../contract/sql.ts';
import type { Column } from '../../ports/table.ts';

/** A number in full, as JavaScript reads it, without its rarer spellings. */
const NUMBER = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?';

/** DOUBLE. */
export function numberSql({ name, type }: Column): string {
  const column = identifier(name);
  if (isNumeric(type) || type === 'BOOLEAN') return `CAST(${column} AS DOUBLE)`;
  if (type !== 'VARCHAR') return 'CAST(NULL AS DOUBLE)';
  return `CASE WHEN regexp_full_match(trim(${column}), '${NUMBER}') THEN TRY_CAST(trim(${column}) AS DOUBLE) END`;
}

/** 1.0, 0.0 or NULL. */
export function binaryLabelSql({ name, type }: Column): string {
  const column = identifier(name);
  if (type === 'BOOLEAN') return `CAST(${column} AS DOUBLE)`;
  const cases = (of: string, [ones, zeros]: readonly [string, string]) =>
    `CAST(CASE WHEN ${of} IN (${ones}) THEN 1 WHEN ${of} IN (${zeros}) THEN 0 END AS DOUBLE)`;
  if (isNumeric(type)) return cases(column, ['1', '0']);
  if (type !== 'VARCHAR') return 'CAST(NULL AS DOUBLE)';
  return cases(`lower(${column})`, ["'1', 'true', '1.0'", "'0', 'false', '0.0'"]);
}

function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/.test(type);
}
