/** What the App's stories need of one repository: the forge it lives in, its files and versions, and the App's memory. */

import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DataIntervals } from '../ports/data-intervals.ts';
import type { Forge } from '../ports/forge.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { LiveWindows } from '../ports/live-windows.ts';
import type { ModelRegistry } from '../ports/model-registry.ts';
import type { SignatureVerifier } from '../ports/signatures.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import type { Store } from '../ports/store.ts';
import type { Traffic } from '../ports/traffic.ts';
import type { Turns } from '../turns.ts';

export interface Workspace {
  readonly forge: Forge;
  readonly source: SourceTree;
  readonly registry: ModelRegistry;
  readonly store: Store;
  /** The repository's ledger. */
  readonly ledger: Ledger;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly signatures: SignatureVerifier;
  /** The files of an untrusted zip by name; refuses paths, links and more than `maxBytes` unpacked. MW_ARTIFACT_TOO_LARGE. */
  unzip(zip: Uint8Array, maxBytes: number): ReadonlyMap<string, Uint8Array>;
  /** The serving target at this base URL. */
  traffic(url: string): Traffic;
  /** How long a canary stays without its lease being renewed, ms. */
  readonly leaseMs: number;
  /** Windows of live predictions; without a prediction log nothing is monitored. */
  readonly windows?: LiveWindows;
  /** Data of further intervals; without data stores nothing is retrained. */
  readonly data?: DataIntervals;
  /** Work on one model's alarm and retraining happens one at a time, whoever begins it: the same for all workspaces of the App. */
  readonly turns: Turns;
  /** Where people see the App's dashboard; without it, checks and deployments carry no link there. */
  readonly publicUrl?: string;
}

/** The two workflows of `mergeway init`, and how their artifacts are called. */
export const TRAIN_WORKFLOW = '.github/workflows/mergeway-train.yml';
export const EVALUATE_WORKFLOW = '.github/workflows/mergeway-evaluate.yml';
export const CANDIDATE_ARTIFACT = 'mergeway-candidate';
export const EVIDENCE_ARTIFACT = 'mergeway-evidence';

/** A workflow file's path without the `@ref` that GitHub adds for some runs. */
export function workflowPath(path: string): string {
  return path.split('@')[0] ?? path;
}
