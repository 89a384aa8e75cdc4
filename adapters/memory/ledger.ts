/** A ledger in memory, for tests. */

import { sealEntry } from '#core/ledger/chain.ts';
import type { LedgerEntry } from '#core/ledger/entry.ts';
import type { Ledger } from '#core/ports/ledger.ts';

export function memoryLedger(): Ledger {
  const entries: LedgerEntry[] = [];

  return {
    async append(draft) {
      const known = entries.find(({ id }) => id === draft.id);
      if (known) return known;
      const entry = sealEntry(draft, entries.at(-1));
      entries.push(entry);
      return entry;
    },
    async entries() {
      return [...entries];
    },
  };
}
