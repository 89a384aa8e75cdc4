/**
 * The ledger where there is no database: entries travel in the messages of the GTO tags that move stages.
 * `append` only seals, on top of the last entry that the tags hold; the entry is persisted by the very tag that moves the
 * stage, as the registry's note, so stage and ledger can't disagree. Before that tag exists a retry seals anew; after it,
 * the same id is found. Writers must not run at once (a workflow's `concurrency` sees to it): two would seal onto one
 * entry, which `verifyChain` then reports as a broken `previous`.
 */

import type { AnnotatedTags } from '../ports/annotated-tags.ts';
import type { Ledger } from '../ports/ledger.ts';
import { parseGtoTag } from '../registry/gto-tag.ts';
import { sealEntry } from './chain.ts';
import type { LedgerEntry } from './entry.ts';
import { readTagNote } from './tag-note.ts';

export function tagLedger(tags: AnnotatedTags): Ledger {
  const entries = async (): Promise<readonly LedgerEntry[]> => {
    const byHash = new Map<string, LedgerEntry>();
    for (const { name, message } of await tags.list()) {
      const entry = parseGtoTag(name) && readTagNote(message);
      if (entry) byHash.set(entry.hash, entry);
    }
    return [...byHash.values()].sort((a, b) => a.sequence - b.sequence || (a.at < b.at ? -1 : 1));
  };

  return {
    async append(draft) {
      const known = await entries();
      return known.find(({ id }) => id === draft.id) ?? sealEntry(draft, known.at(-1));
    },
    entries,
  };
}
