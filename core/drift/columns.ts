/** What can be compared of a column, by its types on both sides. */

import type { Column } from '../ports/table.ts';

export type Kind = 'numeric' | 'categorical' | 'time' | 'other';

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/\[\d*\]$|^(STRUCT|MAP|UNION|LIST|BLOB|JSON)/, 'other'],
  [/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT|REAL|DOUBLE)$/, 'numeric'],
  [/^(VARCHAR|BOOLEAN|UUID|ENUM.*)$/, 'categorical'],
  [/^(TIMESTAMP|DATE|TIME|INTERVAL)/, 'time'],
];

/** Kind of a DuckDB type. */
export function kindOf({ type }: Column): Kind {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}

/** Whether all values are whole numbers by their type. */
export function isWhole({ type }: Column): boolean {
  return /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type);
}
