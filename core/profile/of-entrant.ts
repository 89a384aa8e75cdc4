/** What a profile has columns of: the model's inputs, and everything else that its feature service gives and serving logs. */

import type { Entrant } from '../evaluation/side-by-side.ts';
import type { ColumnProfile } from '../evidence/profile.ts';
import type { Progress } from '../ports/progress.ts';
import type { OpenTable } from '../ports/table.ts';
import { profileColumns } from './columns.ts';

/** Counted on the rows that the model was scored on. */
export async function profileEntrant(
  { columns, own }: Entrant,
  holdout: OpenTable,
  { restricted }: { readonly restricted: ReadonlySet<string> },
  progress: Progress,
): Promise<readonly ColumnProfile[]> {
  const known = new Set(holdout.columns.map(({ name }) => name));
  const joined = (own?.columns ?? []).map(({ name }) => name).filter((name) => !known.has(name));
  const all = [...new Set([...columns, ...joined])];
  return profileColumns(own ?? holdout, { columns: all, restricted }, progress);
}
