/** A model's configuration as it stands in the working tree, with its name checked first: it becomes part of a path. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMergewayConfig, parseModelConfig } from '#core/config/load.ts';
import type { MergewayConfig } from '#core/config/mergeway.ts';
import { type ModelConfig, ModelName } from '#core/config/model.ts';
import { noSuchModel } from '#core/config/nearest.ts';
import { MergewayError } from '#core/errors.ts';
import { isFile, readSource } from './files.ts';

/** `models/<name>/model.yaml` of the folder. MW_USAGE for a name that is none, MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function readModelConfig(root: string, name: string): Promise<ModelConfig> {
  if (!ModelName.safeParse(name).success) {
    throw new MergewayError(
      'MW_USAGE',
      `${JSON.stringify(name)} is no name of a model: lower-case letters, digits and inner hyphens`,
    );
  }
  const path = `models/${name}/model.yaml`;
  if (!(await isFile(join(root, path)))) {
    throw new MergewayError('MW_CONFIG_MISSING', noSuchModel(name, await modelsIn(root), root));
  }
  const config = parseModelConfig(await readSource(root, path));
  if (config.name === name) return config;
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    `${path}:1 name: is ${JSON.stringify(config.name)}, its folder says ${JSON.stringify(name)}`,
  );
}

/** Names of the folders in `models/` that hold a configuration, sorted. */
async function modelsIn(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, 'models')).catch(() => []);
  const found: string[] = [];
  for (const name of names.sort()) {
    const known =
      ModelName.safeParse(name).success && (await isFile(join(root, 'models', name, 'model.yaml')));
    if (known) found.push(name);
  }
  return found;
}

/** `mergeway.yaml` of the folder, or its defaults where there is none. */
export async function readMergewayConfig(root: string): Promise<MergewayConfig> {
  if (!(await isFile(join(root, 'mergeway.yaml')))) return {};
  return parseMergewayConfig(await readSource(root, 'mergeway.yaml'));
}
