/**
 * Which version a server may take from the tags: the holder of `production`, where an entry of the ledger's unbroken chain says that
 * Mergeway promoted exactly these bytes at exactly this commit. Which of such versions holds it, people may say by hand.
 */

import { MergewayError } from '../errors.ts';
import { verifyChain } from '../ledger/chain.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { ModelState } from '../ports/model-registry.ts';
import { type Champion, provenChampion } from './champion.ts';

/** What of a ledger proves something. */
export interface Proofs {
  /** Entries before the first that breaks the chain, oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** Why what comes after them proves nothing; absent where the chain is whole. */
  readonly broken?: string;
}

export interface ProvenProduction extends Champion {
  readonly commit: string;
  /** The ledger's last word gave `production` to another version: somebody moved the tag since. */
  readonly byHand: boolean;
}

/** `entries`: the whole ledger, oldest first. */
export function proofsOf(entries: readonly LedgerEntry[]): Proofs {
  const check = verifyChain(entries);
  if (check.ok) return { entries };
  return { entries: entries.slice(0, check.sequence), broken: `the ledger is broken: ${check.reason}` };
}

/** Whether the ledger ever told of this model. */
export function isKnown({ entries }: Proofs, model: string): boolean {
  return entries.some((entry) => entry.model === model);
}

/** The version in production; undefined where nobody holds it. MW_VERSION_UNPROVEN where its bytes are not those of the ledger. */
export function provenProduction(state: ModelState, proofs: Proofs): ProvenProduction | undefined {
  const holder = state.stages.production;
  const champion = provenChampion(state);
  if (!holder || !champion) return undefined;

  const { digest, version } = champion;
  const { commit } = holder;
  const told = proofs.entries.filter(({ model }) => model === state.model);
  const promoted = told.some(
    (entry) =>
      entry.action !== 'rollback' &&
      entry.version === version &&
      entry.commit === commit &&
      entry.digest === digest,
  );
  if (!promoted) throw unproven(`${state.model} ${version} holds production with ${digest}`, proofs);

  const last = told.findLast(({ action }) => action === 'production' || action === 'override');
  return { digest, version, commit, byHand: last?.version !== version };
}

function unproven(what: string, { broken }: Proofs): MergewayError {
  const why = broken === undefined ? '' : `; ${broken}, and what comes after proves nothing`;
  return new MergewayError(
    'MW_VERSION_UNPROVEN',
    `${what}, but no entry of the ledger says that Mergeway promoted these bytes at its commit${why}`,
  );
}
