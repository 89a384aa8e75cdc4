/** The append-only list of promotions and rollbacks. Embedded: annotated tags, or the App's database. */

import type { LedgerDraft, LedgerEntry } from '../ledger/entry.ts';

export interface Ledger {
  /** Appends, sealed with sequence, previous hash and hash. The same `id` again returns the entry that is there. */
  append(draft: LedgerDraft): Promise<LedgerEntry>;
  /** Every entry, oldest first. */
  entries(): Promise<readonly LedgerEntry[]>;
}
