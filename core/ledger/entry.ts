/**
 * One line of the ledger: who moved which digest where, on which evidence, and what was there before.
 * Each entry carries the hash of the one before it, so that a changed or missing entry shows.
 */

import { z } from 'zod';
import { Digest } from '../digest.ts';

/** What happened: `canary` on merge, `production` when the rollout ended well, `rollback` when it did not, `override` when a human decided. */
const LedgerAction = z.enum(['canary', 'production', 'rollback', 'override']);

export const LedgerDraft = z.object({
  /** The same id appended again is the same entry: retries after a crash add nothing. */
  id: z.string().min(1).max(300),
  action: LedgerAction,
  model: z.string().max(100),
  version: z.string().max(100),
  digest: Digest,
  /** Commit that the version stands at. */
  commit: z.string().max(64),
  /** Who caused it: a GitHub login, or `mergeway` for its own decisions. */
  actor: z.string().max(200),
  /** Digests of the evidence that the decision rests on. */
  evidence: z.array(Digest).max(50),
  /** What held the stage before. */
  before: z.object({ version: z.string().max(100), digest: Digest.nullable() }).nullable(),
  pullRequest: z.number().int().optional(),
  reason: z.string().max(2000),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
});
export type LedgerDraft = z.infer<typeof LedgerDraft>;

export const LedgerEntry = LedgerDraft.extend({
  /** 0 for the first entry. */
  sequence: z.number().int().min(0),
  /** Hash of the entry before; null for the first. */
  previous: Digest.nullable(),
  /** SHA-256 of the canonical JSON of this entry without `hash`. */
  hash: Digest,
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;
