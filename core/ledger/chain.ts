/**
 * The hash chain of the ledger. An entry's hash covers its content, its sequence and the hash of the entry before it,
 * so a changed, missing, doubled or reordered entry shows. What it can't show: entries cut off at the end, and a chain
 * written anew by someone who may write everything; protected tags and the database's rights are against those.
 */

import { digestOfJson } from '../digest.ts';
import type { Json } from '../json.ts';
import { LedgerDraft, LedgerEntry } from './entry.ts';

/** What is wrong with a chain at its first broken entry. */
export type ChainFault = 'sequence' | 'gap' | 'previous' | 'hash';

export type ChainCheck =
  | { readonly ok: true; readonly entries: number; readonly head: string | null }
  | {
      readonly ok: false;
      /** Sequence at which the chain breaks. */
      readonly sequence: number;
      readonly what: ChainFault;
      readonly reason: string;
    };

/** The draft as the entry that follows `previous`; without one it is the first. A ZodError when the draft is no draft. */
export function sealEntry(draft: LedgerDraft, previous: LedgerEntry | undefined): LedgerEntry {
  const body = {
    ...LedgerDraft.parse(draft),
    sequence: previous ? previous.sequence + 1 : 0,
    previous: previous?.hash ?? null,
  };
  return { ...body, hash: hashOf(body) };
}

/** Checks entries, oldest first, from the first entry of the ledger on. */
export function verifyChain(entries: readonly LedgerEntry[]): ChainCheck {
  let before: LedgerEntry | undefined;
  for (const entry of entries) {
    const fault = faultOf(entry, before);
    if (fault) return { ok: false, sequence: before ? before.sequence + 1 : 0, ...fault };
    before = entry;
  }
  return { ok: true, entries: entries.length, head: before?.hash ?? null };
}

function faultOf(
  entry: LedgerEntry,
  before: LedgerEntry | undefined,
): { readonly what: ChainFault; readonly reason: string } | undefined {
  const expected = before ? before.sequence + 1 : 0;
  if (entry.sequence > expected) {
    return { what: 'gap', reason: `entries ${expected} to ${entry.sequence - 1} are missing` };
  }
  if (entry.sequence < expected) {
    return { what: 'sequence', reason: `entry ${entry.sequence} stands where ${expected} is expected` };
  }
  if (entry.previous !== (before?.hash ?? null)) {
    return {
      what: 'previous',
      reason: `entry ${expected} follows ${entry.previous ?? 'nothing'}, not ${before?.hash ?? 'nothing'}`,
    };
  }
  const { hash, ...body } = LedgerEntry.parse(entry);
  if (hash !== hashOf(body)) {
    return { what: 'hash', reason: `entry ${expected} (${entry.id}) was changed after it was sealed` };
  }
  return undefined;
}

function hashOf(body: Omit<LedgerEntry, 'hash'>): string {
  return digestOfJson(body as Json);
}
