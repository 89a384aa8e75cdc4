/**
 * The input digest: one hash over everything that determines a candidate, so that a rebase or a squash that changes nothing relevant
 * finds the candidate that is there. Covered: git objects of the files that `inputs.code` matches (with their modes), the digests in the
 * data locks, command, parameters and name of the model; where it has features, all that its training data is joined from: the service
 * with every view, expression and source, the sources' data, the values for nulls, and the column of the event time. Order of globs,
 * locks and parameters is of no account.
 */

import type { DataLock } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { type Digest, digestOfJson } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import type { TreeEntry } from '../ports/source-tree.ts';
import { globMatcher } from './glob.ts';

/** What the digest covers, so that a report can say what changed. */
export interface InputParts {
  readonly model: string;
  readonly command: string;
  readonly params: ModelConfig['train']['params'];
  /** `<mode> <blob>` by path. */
  readonly code: Readonly<Record<string, string>>;
  /** SHA-256 by path of the data lock. */
  readonly data: Readonly<Record<string, string>>;
  /** Absent for a model without features. */
  readonly features?: FeatureParts;
}

/** What the columns of features are made of. */
export interface FeatureParts {
  /** Digest of the service. */
  readonly service: string;
  /** Column of the event time. */
  readonly time: string;
  /** What stands for a source's data, by its path. */
  readonly sources: Readonly<Record<string, string>>;
  readonly defaults: ModelConfig['serve']['defaults'];
}

export interface InputDigest {
  readonly digest: Digest;
  readonly parts: InputParts;
}

/** Version of what is covered: another number, other digests. */
const SCHEME = 1;

/**
 * The digest of a model's inputs at a commit. `locks` holds the parsed data locks by path. MW_INPUTS_EMPTY when a glob matches no
 * file, MW_CONFIG_MISSING when a data lock is not there, MW_CONFIG_INVALID when a glob is beyond the limits.
 */
export function inputDigest({
  tree,
  model,
  locks,
  features,
}: {
  readonly tree: readonly TreeEntry[];
  readonly model: ModelConfig;
  readonly locks: Readonly<Record<string, DataLock>>;
  /** Of a model that has any. */
  readonly features?: FeatureParts | undefined;
}): InputDigest {
  const files = model.inputs.code.flatMap((glob) => filesOf(glob, tree, model.name));
  const parts: InputParts = {
    model: model.name,
    command: model.train.command,
    params: model.train.params,
    code: Object.fromEntries(files.map(({ path, mode, blob }) => [path, `${mode} ${blob}`])),
    data: Object.fromEntries(model.inputs.data.map((path) => [path, lockOf(path, locks, model.name).sha256])),
    ...(features && { features }),
  };
  return {
    digest: digestOfJson({ scheme: SCHEME, ...parts, features: features && { ...features } }),
    parts,
  };
}

function filesOf(glob: string, tree: readonly TreeEntry[], model: string): readonly TreeEntry[] {
  const matches = matcherOf(glob, model);
  const files = tree.filter(({ path }) => matches(path));
  if (files.length > 0) return files;
  const folder = tree.some(({ path }) => path.startsWith(`${glob.replace(/\/+$/, '')}/`));
  throw new MergewayError(
    'MW_INPUTS_EMPTY',
    `inputs.code of ${model}: ${JSON.stringify(glob)} matches none of ${tree.length} files` +
      (folder ? `; for the whole folder write ${JSON.stringify(`${glob.replace(/\/+$/, '')}/**`)}` : ''),
  );
}

function matcherOf(glob: string, model: string): (path: string) => boolean {
  try {
    return globMatcher(glob);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MergewayError('MW_CONFIG_INVALID', `inputs.code of ${model}: ${why}`, { cause });
  }
}

function lockOf(path: string, locks: Readonly<Record<string, DataLock>>, model: string): DataLock {
  const lock = Object.hasOwn(locks, path) ? locks[path] : undefined;
  if (lock) return lock;
  throw new MergewayError('MW_CONFIG_MISSING', `inputs.data of ${model}: there is no data lock at ${path}`);
}
