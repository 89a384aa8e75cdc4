/**
 * Inputs that made what production serves: a revert, say. Nothing is to be trained, proven or promoted. What made a version, the commit
 * says that it was registered at, whose inputs were held against the candidate's at the merge. Candidates say less: a training run hands
 * over what it likes, the bytes of production too.
 */

import { type AffectedModel, knownDigest } from './affected-models.ts';
import type { Workspace } from './workspace.ts';

type Ports = Pick<Workspace, 'store' | 'forge' | 'source' | 'registry'>;

export interface Sorted {
  /** Those that need a candidate. */
  readonly toProve: readonly AffectedModel[];
  /** Those that production serves already, for people: `flights` (v0.0.2). */
  readonly served: readonly string[];
}

export async function sortOutServed(ports: Ports, affected: readonly AffectedModel[]): Promise<Sorted> {
  const toProve: AffectedModel[] = [];
  const served: string[] = [];
  for (const one of affected) {
    const version = await servedVersion(ports, one);
    if (version === undefined) toProve.push(one);
    else served.push(`\`${one.model}\` (${version})`);
  }
  return { toProve, served };
}

/** Undefined too while another version is on its way: production would end with that one, whatever was merged meanwhile. */
async function servedVersion(
  { store, forge, source, registry }: Ports,
  { model, inputDigest }: AffectedModel,
): Promise<string | undefined> {
  // Looked at first: one that ends just now has changed the stage before it is settled.
  const rollouts = await store.rollouts.of(forge.repository, model);
  if (rollouts.some(({ settled }) => !settled)) return undefined;
  const { production } = (await registry.state(model)).stages;
  if (!production?.digest) return undefined;
  const made = await knownDigest(source, production.commit, model);
  return made === inputDigest ? production.version : undefined;
}
