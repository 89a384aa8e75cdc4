/**
 * Data that broke a rule: the snapshot goes to `quarantine/<interval>/` of its store, with a report beside it, and no lock names it. The
 * parts stay where they are, so that the same parts say the same again, and repaired ones are taken. Nothing in it depends on the clock.
 */

import type { RuleOutcome } from '../contract/validate.ts';
import { hexOf, shortDigest } from '../digest.ts';
import type { DataStore } from '../ports/data-store.ts';
import type { BrokenRule } from './apart.ts';
import { instantText, intervalName } from './instant.ts';
import type { Interval } from './schedule.ts';
import type { Snapshot } from './snapshot.ts';

export interface Breach {
  readonly snapshot: Snapshot;
  /** Rules of the contract, with examples: they stay in the store, which only those may read who may read the data. */
  readonly contract: readonly RuleOutcome[];
  readonly apart: readonly BrokenRule[];
}

/** Moves the snapshot and writes the report; the report's place, as a lock would write it. */
export async function quarantine(
  store: DataStore,
  { snapshot, contract, apart }: Breach,
  { model, interval }: { readonly model: string; readonly interval: Interval },
): Promise<string> {
  const { lock, digest, draft, rows } = snapshot;
  const name = `quarantine/${intervalName(interval)}/${lock.folder}-${shortDigest(digest)}`;
  const report = {
    model,
    lock: lock.file.path,
    interval: { from: instantText(interval.from), to: instantText(interval.to) },
    file: `${name}.parquet`,
    sha256: hexOf(digest),
    rows,
    rules: [...apart, ...contract],
  };
  await draft.keep(`${name}.parquet`);
  await store.write(`${name}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  return `${lock.into}:${name}.json`;
}

/** All that is broken, for people and pull requests: without examples of rows. */
export function brokenRules({ snapshot, contract, apart }: Breach): readonly BrokenRule[] {
  const lock = snapshot.lock.file.path;
  return [
    ...apart,
    ...contract.map(({ rule, column, reason, failed }) => ({ lock, rule, column, reason, failed })),
  ];
}
