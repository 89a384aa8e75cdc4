/**
 * The features of a model as a commit has them: the service that `features` names, the values for nulls, and what its sources are.
 * Definitions come from pull requests; they are data, read up to a size, and whatever leads nowhere is named by file and line.
 */

import type { FeatureDefinitions } from '../config/features.ts';
import { parseDataLock, parseFeatureDefinitions, lineOfKey } from '../config/load.ts';
import { type DataLock, lockDigest, placeOf } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { unseenAmong, unseenColumns, unseenText } from '../evaluation/unseen.ts';
import { type Defaults, defaultsOf } from '../features/defaults.ts';
import { type FeatureService, serviceOf } from '../features/service.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { modelConfigPath, readText } from './policy.ts';

/** Files as a commit or a folder has them, as far as features need them. */
export interface FeatureFiles {
  /** Such as `commit 0123…`, for people. */
  readonly name: string;
  /** A configuration file's text; undefined when it is not there. */
  text(path: string): Promise<string | undefined>;
  /** What stands for the bytes of a data file; undefined when it is not there. */
  identity(path: string): Promise<string | undefined>;
}

export interface FeatureSource {
  readonly path: string;
  /** Digest of a data lock's data; of any other file `<mode> <blob>` or its digest. */
  readonly identity: string;
  /** Where `path` is a data lock. */
  readonly lock: DataLock | undefined;
}

export interface ModelFeatures {
  readonly service: FeatureService;
  readonly defaults: Defaults;
  /** The defaults as they are written. */
  readonly givenDefaults: ModelConfig['serve']['defaults'];
  /** Column of the labels with the time that features are wanted at. */
  readonly time: string;
  /** Every source that the service's views name, once, by path. */
  readonly sources: readonly FeatureSource[];
}

/** Undefined for a model without `features`. `data`: where its sources are, if elsewhere. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function modelFeatures(
  files: FeatureFiles,
  config: ModelConfig,
  data: FeatureFiles = files,
): Promise<ModelFeatures | undefined> {
  if (config.features === undefined) return undefined;
  const [path = '', name = ''] = config.features.split('#');
  const here = (at: readonly string[]) => placeIn(files, modelConfigPath(config.name), at);

  const text = await files.text(path);
  if (text === undefined) {
    throw missing(`${await here(['features'])} features: there is no ${path} in ${files.name}`);
  }
  const definitions = parseFeatureDefinitions({ path, text });
  const service = await naming(`features: ${path}`, ['features'], () => serviceOf(definitions, name));
  refuseUnseen(config, service, (column) => lineOfKey({ path, text }, placeOfColumn(column, definitions)));
  const { defaults: givenDefaults } = config.serve;
  const defaults = await naming('serve.defaults', ['serve', 'defaults'], () =>
    defaultsOf(service, givenDefaults),
  );
  const { time } = config.evaluate;
  if (time === undefined) {
    throw invalid(
      `${await here(['features'])} features: they are joined point in time, and evaluate.time does not say which column of the data has the event time`,
    );
  }
  const late = unseenAmong([time], unseenColumns(config.evaluate));
  if (late) {
    throw invalid(`${await here(['evaluate', 'time'])} evaluate.time: is \`${time}\`, ${unseenText(late)}`);
  }
  const sources = await sourcesOf(data, service, (view) => {
    const index = definitions.feature_views.findIndex((one) => one.name === view);
    return lineOfKey({ path, text }, ['feature_views', index, 'source', 'path']);
  });
  return { service, defaults, givenDefaults, time, sources };

  /** What is wrong between the files is said of the model's own line. */
  async function naming<T>(what: string, at: readonly string[], read: () => T): Promise<T> {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof MergewayError)) throw cause;
      throw new MergewayError(cause.code, `${await here(at)} ${what}: ${cause.message}`, { cause });
    }
  }
}

/** Files of a commit. Symbolic links are no data files: they would be followed where they are read. */
export function filesAt(source: SourceTree, commit: string): FeatureFiles {
  return {
    name: `commit ${commit}`,
    text: (path) => readText(source, commit, path),
    async identity(path) {
      const entry = (await source.list(commit)).find((one) => one.path === path);
      return entry && /^100\d{3}$/.test(entry.mode) ? `${entry.mode} ${entry.blob}` : undefined;
    },
  };
}

/** What labels bring to the join: keys to look up by, and request fields. A pull request may name any of their columns. */
function refuseUnseen(
  { evaluate }: ModelConfig,
  { views, requestFields }: FeatureService,
  lineOf: (column: string) => string,
): void {
  const read = [...views.flatMap(({ joinKeys }) => joinKeys), ...requestFields.map(({ name }) => name)];
  const found = unseenAmong(read, unseenColumns(evaluate));
  if (found)
    throw invalid(`${lineOf(found.column)}: features read \`${found.column}\`, ${unseenText(found)}`);
}

function placeOfColumn(
  column: string,
  { entities, request_fields: fields }: FeatureDefinitions,
): readonly (string | number)[] {
  const isIt = (name: string) => name.toLowerCase() === column.toLowerCase();
  const field = fields.findIndex(({ name }) => isIt(name));
  if (field >= 0) return ['request_fields', field, 'name'];
  return ['entities', entities.findIndex((entity) => entity.join_keys.some(isIt)), 'join_keys'];
}

async function sourcesOf(
  files: FeatureFiles,
  service: FeatureService,
  placeOfView: (name: string) => string,
): Promise<readonly FeatureSource[]> {
  const paths = new Map(service.views.map((view) => [view.source.path, view.name]));
  const sources: FeatureSource[] = [];
  for (const path of [...paths.keys()].sort()) {
    const found = await sourceOf(files, path);
    if (!found) {
      throw missing(
        `${placeOfView(paths.get(path) ?? '')} source.path: there is no data file or lock ${path} in ${files.name}`,
      );
    }
    refuseStore(found, placeOfView(paths.get(path) ?? ''));
    sources.push(found);
  }
  return sources;
}

/** Whoever writes definitions could else make a feature of the holdout's labels: the lock that names them is there for all to copy. */
function refuseStore({ path, lock }: FeatureSource, where: string): void {
  if (!lock || placeOf(lock.uri).in !== 'store') return;
  throw invalid(
    `${where} source.path: ${path} names ${lock.uri}, in the store that has the holdout; keep sources in the repository or in training:`,
  );
}

async function sourceOf(files: FeatureFiles, path: string): Promise<FeatureSource | undefined> {
  if (!path.endsWith('.lock')) {
    const identity = await files.identity(path);
    return identity === undefined ? undefined : { path, identity, lock: undefined };
  }
  const text = await files.text(path);
  if (text === undefined) return undefined;
  const lock = parseDataLock({ path, text });
  return { path, identity: lockDigest(lock), lock };
}

async function placeIn(files: FeatureFiles, path: string, at: readonly string[]): Promise<string> {
  return lineOfKey({ path, text: (await files.text(path)) ?? '' }, at);
}

function missing(message: string): MergewayError {
  return new MergewayError('MW_CONFIG_MISSING', message);
}

function invalid(message: string): MergewayError {
  return new MergewayError('MW_CONFIG_INVALID', message);
}
