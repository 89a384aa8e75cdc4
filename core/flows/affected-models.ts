/** Which models a pull request changes: those whose input digest differs between its base and its head. */

import { type FeatureParts, type InputDigest, inputDigest } from '../candidate/input-digest.ts';
import type { DataLock } from '../config/lock.ts';
import type { Digest } from '../digest.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { isRefusal } from './checks.ts';
import { filesAt, type ModelFeatures, modelFeatures } from './model-features.ts';
import { modelNames, readDataLock, readModel } from './policy.ts';

export interface AffectedModel {
  readonly model: string;
  /** Of the head's tree, computed here: what the run claims is only compared with it. */
  readonly inputDigest: Digest;
}

/** The models that need a candidate, by name; without a base, all of the head. MW_CONFIG_INVALID when the head's configuration is broken. */
export async function affectedModels(
  source: SourceTree,
  { base, head }: { readonly base: string | undefined; readonly head: string },
): Promise<readonly AffectedModel[]> {
  const affected: AffectedModel[] = [];
  for (const model of await modelNames(source, head)) {
    const digest = await inputDigestAt(source, head, model);
    const known = base === undefined ? undefined : await knownDigest(source, base, model);
    if (digest && digest !== known) {
      affected.push({ model, inputDigest: digest });
    }
  }
  return affected;
}

/** The model's input digest at the commit; undefined when the commit does not have the model. */
export async function inputDigestAt(
  source: SourceTree,
  commit: string,
  model: string,
): Promise<Digest | undefined> {
  return (await inputsAt(source, commit, model))?.digest;
}

/** The input digest with what it covers; undefined when the commit does not have the model. */
export async function inputsAt(
  source: SourceTree,
  commit: string,
  model: string,
): Promise<InputDigest | undefined> {
  const config = await readModel(source, commit, model);
  if (!config) return undefined;

  const locks: Record<string, DataLock> = {};
  for (const path of config.inputs.data) {
    const lock = await readDataLock(source, commit, path);
    if (lock) locks[path] = lock;
  }
  const features = partsOf(await modelFeatures(filesAt(source, commit), config));
  return inputDigest({ tree: await source.list(commit), model: config, locks, features });
}

function partsOf(features: ModelFeatures | undefined): FeatureParts | undefined {
  if (!features) return undefined;
  const { service, time, sources, givenDefaults: defaults } = features;
  const identities = sources.map(({ path, identity }): [string, string] => [path, identity]);
  return { service: service.digest, time, sources: Object.fromEntries(identities), defaults };
}

/** A commit whose own configuration is broken says nothing: against it the model counts as changed. Trouble of ours is no answer. */
export async function knownDigest(
  source: SourceTree,
  commit: string,
  model: string,
): Promise<Digest | undefined> {
  try {
    return await inputDigestAt(source, commit, model);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
