/**
 * A ledger entry as part of an annotated tag's message: a sentence for people, a blank line, and the entry as one
 * trailer line of canonical JSON. Tags come from anybody who may push, so reading is capped and checked against the schema.
 */

import { canonicalJson, type Json } from '../json.ts';
import { LedgerEntry } from './entry.ts';

const TRAILER = 'Mergeway-Ledger: ';

/** Messages longer than this are not looked into, in UTF-16 units; an entry is at most about 10,000. */
const MAX_MESSAGE = 32_768;

/** The text that carries `entry` in a tag's message. */
export function writeTagNote(entry: LedgerEntry): string {
  return `${sentenceOf(entry)}\n\n${TRAILER}${canonicalJson(entry as Json)}`;
}

/** The entry that a tag's message carries, or undefined. Whether it is genuine is for `verifyChain` to say. */
export function readTagNote(message: string): LedgerEntry | undefined {
  if (message.length > MAX_MESSAGE) return undefined;
  const line = message.split('\n').find((text) => text.startsWith(TRAILER));
  if (!line) return undefined;

  const result = LedgerEntry.safeParse(parseJson(line.slice(TRAILER.length)));
  return result.success ? result.data : undefined;
}

/** One line; never starts with `#`, which git would take for a comment. */
function sentenceOf({ action, model, version, actor, reason }: LedgerEntry): string {
  const why = reason.replace(/\s+/g, ' ').trim().slice(0, 300);
  return `${HEADINGS[action]} ${model} ${version} by ${actor.replace(/\s+/g, ' ')}${why && `: ${why}`}`;
}

const HEADINGS = {
  canary: 'Canary',
  production: 'Production',
  rollback: 'Rollback',
  override: 'Override',
} as const;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
