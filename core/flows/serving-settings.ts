/** Serving settings of a version, read at the commit that it was registered at, and stored: told again, it gives the same digest. */

import { secretColumns } from '../contract/odcs.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Digest } from '../digest.ts';
import { reduceDefinitions } from '../features/reduce.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import {
  SERVING_SETTINGS_TYPE,
  type ServingSettings,
  writeServingSettings,
} from '../wire/serving-settings.ts';
import { isRefusal } from './checks.ts';
import { readContract, readFeatures, readModel } from './policy.ts';

/** Digest of the stored settings; undefined where the commit has no such model. MW_CONFIG_INVALID, MW_CONFIG_MISSING. */
export async function storeServingSettings(
  { source, artifacts }: { readonly source: SourceTree; readonly artifacts: ArtifactStore },
  { model, commit }: { readonly model: string; readonly commit: string },
): Promise<Digest | undefined> {
  const config = await readModel(source, commit, model);
  if (!config) return undefined;

  const settings = await settingsOf(source, commit, config);
  return artifacts.put(writeServingSettings(settings), {
    mediaType: SERVING_SETTINGS_TYPE,
    annotations: { 'dev.mergeway.model': model, 'dev.mergeway.commit': commit },
  });
}

/** The same for a version that is registered already: one whose commit gives no settings is served without, as it was. */
export async function settingsOfVersion(
  ports: Parameters<typeof storeServingSettings>[0],
  version: Parameters<typeof storeServingSettings>[1],
): Promise<Digest | undefined> {
  try {
    return await storeServingSettings(ports, version);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function settingsOf(source: SourceTree, commit: string, config: ModelConfig): Promise<ServingSettings> {
  const { name: model, task, evaluate, serve, gates } = config;
  const features =
    config.features === undefined ? undefined : await featuresOf(source, commit, config.features);
  const contract = gates.data && (await readContract(source, commit, gates.data.contract));
  return {
    model,
    task,
    label: evaluate.label,
    predict: evaluate.predict,
    ...(features && { features }),
    serve,
    restricted: contract ? [...secretColumns(contract)] : [],
  };
}

async function featuresOf(
  source: SourceTree,
  commit: string,
  reference: string,
): Promise<NonNullable<ServingSettings['features']>> {
  const [path = '', service = ''] = reference.split('#');
  const definitions = await readFeatures(source, commit, path);
  return { service, definitions: reduceDefinitions(definitions, service) };
}
