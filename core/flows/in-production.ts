/**
 * Inputs that made what production serves: a revert, say. Nothing is to be trained, proven or promoted; the binding of inputs to bytes was
 * proven when the version was trained.
 */

import type { AffectedModel } from './affected-models.ts';
import { championOf } from './request-evaluation.ts';
import type { Workspace } from './workspace.ts';

export interface Sorted {
  /** Those that need a candidate. */
  readonly toProve: readonly AffectedModel[];
  /** Those that production serves already, for people: `flights` (v0.0.2). */
  readonly served: readonly string[];
}

export async function sortOutServed(
  workspace: Pick<Workspace, 'store' | 'forge' | 'registry'>,
  affected: readonly AffectedModel[],
): Promise<Sorted> {
  const toProve: AffectedModel[] = [];
  const served: string[] = [];
  for (const one of affected) {
    const version = await servedVersion(workspace, one);
    if (version === undefined) toProve.push(one);
    else served.push(`\`${one.model}\` (${version})`);
  }
  return { toProve, served };
}

async function servedVersion(
  { store, forge, registry }: Pick<Workspace, 'store' | 'forge' | 'registry'>,
  { model, inputDigest }: AffectedModel,
): Promise<string | undefined> {
  const bound = await store.candidates.byInput(forge.repository, model, inputDigest);
  if (!bound) return undefined;
  const champion = await championOf({ registry }, model);
  return champion?.digest === bound.digest ? champion.version : undefined;
}
