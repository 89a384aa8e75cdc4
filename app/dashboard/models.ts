/** What the ledger says of each model: who holds production, who is canary, and what came before. Pure. */

import type { LedgerEntry } from '#core/ledger/entry.ts';

interface VersionView {
  readonly version: string;
  readonly digest: string;
  readonly commit: string;
  readonly pullRequest?: number;
  /** `production`, `canary`, `rolled back` or `former`. */
  readonly stage: 'production' | 'canary' | 'rolled back' | 'former';
  /** ISO 8601 of its newest entry. */
  readonly since: string;
}

export interface ModelView {
  readonly model: string;
  /** Newest first. */
  readonly versions: readonly VersionView[];
}

/** Models of a ledger, by name. Entries come oldest first. */
export function modelsOf(entries: readonly LedgerEntry[]): readonly ModelView[] {
  const names = [...new Set(entries.map(({ model }) => model))].sort();
  return names.map((model) => {
    const own = entries.filter((entry) => entry.model === model);
    return { model, versions: versionsOf(own) };
  });
}

function versionsOf(entries: readonly LedgerEntry[]): readonly VersionView[] {
  const production = entries.findLast(({ action }) => action === 'production' || action === 'override');
  const newest = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    newest.delete(entry.version);
    newest.set(entry.version, entry);
  }
  return [...newest.values()].reverse().map((entry) => ({
    version: entry.version,
    digest: entry.digest,
    commit: entry.commit,
    ...(entry.pullRequest !== undefined && { pullRequest: entry.pullRequest }),
    stage: entry.version === production?.version ? 'production' : stageOf(entry),
    since: entry.at,
  }));
}

function stageOf({ action }: LedgerEntry): VersionView['stage'] {
  if (action === 'canary') return 'canary';
  return action === 'rollback' ? 'rolled back' : 'former';
}
