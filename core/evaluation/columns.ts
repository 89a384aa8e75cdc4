/** Asking a table for columns: a missing one is named with the nearest that exists. */

import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import type { Column } from '../ports/table.ts';

export interface Wanted {
  readonly column: string;
  /** Who needs it, such as `evaluate.label` or `candidate`. */
  readonly by: string;
}

/** The wanted columns, each once. MW_COLUMN_MISSING lists every one that is not there. */
export function requireColumns(wanted: readonly Wanted[], table: readonly Column[]): readonly string[] {
  const existing = table.map(({ name }) => name);
  const missing = wanted.filter(({ column }) => !existing.includes(column));
  if (missing.length === 0) return [...new Set(wanted.map(({ column }) => column))];

  const lines = missing.map(({ column, by }) => {
    const guess = nearest(column, existing);
    return `${by} needs column \`${column}\`${guess ? `; did you mean \`${guess}\`?` : ''}`;
  });
  throw new MergewayError(
    'MW_COLUMN_MISSING',
    `${[...new Set(lines)].join('\n')}\nthe data has ${existing.slice(0, 50).join(', ')}${existing.length > 50 ? ' …' : ''}`,
  );
}
