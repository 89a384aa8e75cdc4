/**
 * Which configuration counts. Inputs and training are the head's own; everything that judges stands on the base
 * branch, so that a pull request can't loosen its own gates (design §2, policy). A new model has only the head's.
 */

import type { FeatureDefinitions } from '../config/features.ts';
import {
  parseDataLock,
  parseFeatureDefinitions,
  parseMergewayConfig,
  parseModelConfig,
} from '../config/load.ts';
import { type DataLock, lockDigest } from '../config/lock.ts';
import type { MergewayConfig, ServingTarget } from '../config/mergeway.ts';
import { type ModelConfig, ModelName } from '../config/model.ts';
import { noSuchModel } from '../config/nearest.ts';
import { type DataContract, parseContract } from '../contract/odcs.ts';
import type { Digest } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { SourceTree } from '../ports/source-tree.ts';

/** Configuration files are small; a larger one is somebody's attempt at something. */
const MAX_CONFIG_BYTES = 256 * 1024;

export interface Policy {
  /** The head's `inputs`, `train`, `features`, `serve` and tensor names; all else is the base's: `evaluate`, `gates`, `promotion`, `rollout`, `monitor`. */
  readonly config: ModelConfig;
  /** `head`: the base branch has no policy for this model yet, and the report says so. */
  readonly from: 'base' | 'head';
}

/** Path of a model's configuration. */
export function modelConfigPath(model: string): string {
  return `models/${model}/model.yaml`;
}

/** Names of the models that the commit has, sorted. Folders with names that no model can have are left out. */
export async function modelNames(source: SourceTree, commit: string): Promise<readonly string[]> {
  const entries = await source.list(commit);
  return entries
    .map(({ path }) => /^models\/([^/]+)\/model\.yaml$/.exec(path)?.[1])
    .filter((name): name is string => name !== undefined && ModelName.safeParse(name).success)
    .sort();
}

/** A model's configuration at the commit, or undefined when there is none. MW_CONFIG_INVALID. */
export async function readModel(
  source: SourceTree,
  commit: string,
  model: string,
): Promise<ModelConfig | undefined> {
  const path = modelConfigPath(model);
  const text = await readText(source, commit, path);
  if (text === undefined) return undefined;

  const config = parseModelConfig({ path, text });
  if (config.name === model) return config;
  throw new MergewayError(
    'MW_CONFIG_INVALID',
    `${path}: name is ${JSON.stringify(config.name)}, expected the folder's name ${JSON.stringify(model)}`,
  );
}

/** `mergeway.yaml` at the commit; without the file, nothing is configured. MW_CONFIG_INVALID. */
export async function readMergeway(source: SourceTree, commit: string): Promise<MergewayConfig> {
  const text = await readText(source, commit, 'mergeway.yaml');
  return text === undefined ? {} : parseMergewayConfig({ path: 'mergeway.yaml', text });
}

/** The serving target of that name: the first of the commits that has it says where it is. */
export async function servingTarget(
  source: SourceTree,
  name: string,
  commits: readonly string[],
): Promise<ServingTarget | undefined> {
  for (const commit of commits) {
    const { serving } = await readMergeway(source, commit);
    if (serving && Object.hasOwn(serving.targets, name)) return serving.targets[name];
  }
  return undefined;
}

/** What a head's candidate of the model is judged by; without a base there is only the head's policy. MW_CONFIG_MISSING when neither side has the model. */
export async function policyOf(
  source: SourceTree,
  { model, base, head }: { readonly model: string; readonly base: string | undefined; readonly head: string },
): Promise<Policy> {
  const [onBase, onHead] = await Promise.all([
    base === undefined ? undefined : readModel(source, base, model),
    readModel(source, head, model),
  ]);
  if (!onHead) throw await modelMissing(source, head, model);
  if (!onBase) return { config: onHead, from: 'head' };
  return { config: judgedBy(onBase, onHead), from: 'base' };
}

/** MW_CONFIG_MISSING for a model that the commit does not have, with those that it has. */
export async function modelMissing(
  source: SourceTree,
  commit: string,
  model: string,
): Promise<MergewayError> {
  const known = await modelNames(source, commit);
  return new MergewayError('MW_CONFIG_MISSING', noSuchModel(model, known, `commit ${commit}`));
}

/**
 * Tensor, column and feature names are the head's: a new candidate may read other columns. What counts as positive is policy, and so is
 * the column of the event time, but for a model that had none: its first features bring it along. How many seeds gates ask for is policy too:
 * training runs as many as the head says.
 */
function judgedBy({ features: _, ...base }: ModelConfig, head: ModelConfig): ModelConfig {
  const { threshold, positive } = base.evaluate.predict;
  const { threshold: _threshold, positive: _positive, ...names } = head.evaluate.predict;
  const predict = {
    ...names,
    ...(threshold !== undefined && { threshold }),
    ...(positive !== undefined && { positive }),
  };
  const { inputs, train, serve, features } = head;
  const time = base.evaluate.time ?? head.evaluate.time;
  return {
    ...base,
    inputs,
    train: { ...train, seeds: base.train.seeds },
    serve,
    ...(features !== undefined && { features }),
    evaluate: { ...base.evaluate, predict, ...(time !== undefined && { time }) },
  };
}

/** A data lock at the commit, or undefined when there is none. MW_CONFIG_INVALID. */
export async function readDataLock(
  source: SourceTree,
  commit: string,
  path: string,
): Promise<DataLock | undefined> {
  const text = await readText(source, commit, path);
  return text === undefined ? undefined : parseDataLock({ path, text });
}

/** The feature definitions in a file at the commit. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function readFeatures(
  source: SourceTree,
  commit: string,
  path: string,
): Promise<FeatureDefinitions> {
  return parseFeatureDefinitions({ path, text: await requireText(source, commit, path) });
}

/** A data contract at the commit. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function readContract(source: SourceTree, commit: string, path: string): Promise<DataContract> {
  return parseContract({ path, text: await requireText(source, commit, path) });
}

/** The digest that the holdout's lock promises at the commit. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function holdoutDigest(
  source: SourceTree,
  commit: string,
  { evaluate }: ModelConfig,
): Promise<Digest> {
  const lock = await readDataLock(source, commit, evaluate.data);
  if (lock) return lockDigest(lock);
  throw new MergewayError('MW_CONFIG_MISSING', `${evaluate.data} does not exist at ${commit}`);
}

async function requireText(source: SourceTree, commit: string, path: string): Promise<string> {
  const text = await readText(source, commit, path);
  if (text !== undefined) return text;
  throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
}

/** A configuration file's text at the commit; undefined when it is not there. MW_CONFIG_INVALID when it is too large. */
export async function readText(
  source: SourceTree,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const bytes = await source.read(commit, path);
  if (!bytes) return undefined;
  if (bytes.byteLength > MAX_CONFIG_BYTES) {
    throw new MergewayError(
      'MW_CONFIG_INVALID',
      `${path} has ${bytes.byteLength} bytes; at most ${MAX_CONFIG_BYTES} are read`,
    );
  }
  return new TextDecoder('utf-8').decode(bytes);
}
