/** The bytes that an evaluation runs: by digest from the store, or from a file. */

import { resolve } from 'node:path';
import type { Io } from '#actions/command.ts';
import { readBytes } from '#actions/files.ts';
import { repositoryTags } from '#actions/tags.ts';
import { gitSourceTree } from '#adapters/git/source-tree.ts';
import { ociLayoutStore } from '#adapters/oci/store.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { type Digest, digestOf, parseDigest } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import type { EvaluateRequest } from '#core/flows/evaluate-request.ts';
import { readModel } from '#core/flows/policy.ts';
import { provenChampion } from '#core/registry/champion.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';

/** What a protobuf message can hold, in bytes. */
const MAX_MODEL_BYTES = 2 * 1024 ** 3 - 1;

export interface WhichModels {
  readonly model: string;
  readonly candidate: string;
  readonly champion?: string | undefined;
  readonly championVersion?: string | undefined;
  readonly store?: string | undefined;
}

/** MW_ARTIFACT_NOT_FOUND, MW_FILE_MISSING for a file that is not there. */
export async function candidateOf(
  { candidate, store }: WhichModels,
  io: Io,
): Promise<EvaluateRequest['candidate']> {
  return loadModel(candidate, store, io);
}

/** What the champion is measured with, and where its own configuration is. */
export interface Champion {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly version: string;
  /** As the commit has it that the version was registered at; undefined for bytes that no version has. */
  readonly registered: { readonly commit: string; readonly config: ModelConfig } | undefined;
}

/** The champion that was named, else the version in production by the tags; undefined before the first one. */
export async function championOf(
  { model, champion, championVersion, store }: WhichModels,
  io: Io,
): Promise<Champion | undefined> {
  if (champion !== undefined) {
    const loaded = await loadModel(champion, store, io);
    const registered = await registeredAs(model, loaded.digest, io);
    return { ...loaded, version: championVersion ?? 'unregistered', registered };
  }
  const tags = await repositoryTags(io);
  const holder = tags && provenChampion(await gtoRegistry(tags).state(model));
  if (!holder) return undefined;

  const loaded = await loadModel(holder.digest, store, io);
  const registered = await registeredAs(model, holder.digest, io);
  return { ...loaded, version: holder.version, registered };
}

/** A champion's own tensor names and features stand in the commit that it was registered at. */
async function registeredAs(model: string, digest: Digest, io: Io): Promise<Champion['registered']> {
  const tags = await repositoryTags(io);
  if (!tags) return undefined;
  const { versions } = await gtoRegistry(tags).state(model);
  const version = versions.findLast((one) => one.digest === digest);
  const config = version && (await readModel(gitSourceTree(io.cwd), version.commit, model));
  return version && config && { commit: version.commit, config };
}

/** MW_ARTIFACT_NOT_FOUND, MW_FILE_MISSING, MW_USAGE for a digest without a store. */
export async function loadModel(
  which: string,
  store: string | undefined,
  { cwd }: Io,
): Promise<{ readonly bytes: Uint8Array; readonly digest: Digest }> {
  const digest = parseDigest(which);
  if (!digest) {
    const bytes = await readBytes(resolve(cwd, which), MAX_MODEL_BYTES);
    return { bytes, digest: digestOf(bytes) };
  }
  if (!store) throw new MergewayError('MW_USAGE', `${which} is looked up in a store: give --store <folder>`);
  return { bytes: await ociLayoutStore(resolve(cwd, store)).get(digest), digest };
}
