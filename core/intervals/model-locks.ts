/**
 * The locks of a model that are advanced, each by its part: training data, the holdout, sources of feature views. What could mix them is
 * refused here: a lock with two parts, a holdout that training could be given, a snapshot that would lie among the rows it is made of.
 */

import { parseDataLock, parseFeatureDefinitions, type SourceText } from '../config/load.ts';
import { type DataLock, type Place, placeOf } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { MergewayError } from '../errors.ts';
import { serviceOf } from '../features/service.ts';
import { parseInstant } from './instant.ts';

/** The text of a file of the repository; undefined where it is not. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** Stores that snapshots are written to. */
type SnapshotStore = Exclude<Place['in'], 'repository'>;

type Part = 'training' | 'holdout' | 'features';

export interface AdvancedLock {
  readonly part: Part;
  readonly file: SourceText;
  /** Where its rows come from, and the column with their time. */
  readonly rows: Place;
  readonly time: string;
  /** Present interval; an end that is missing is not known. */
  readonly from?: number;
  readonly to?: number;
  /** Rows that it names now. */
  readonly known?: number;
  /** Where its snapshots go: a store, and a folder in it. */
  readonly into: SnapshotStore;
  readonly folder: string;
}

export interface ModelLocks {
  readonly training: readonly AdvancedLock[];
  readonly holdout: AdvancedLock;
  readonly features: readonly AdvancedLock[];
  /** Training data that stays as it is: nothing says where newer rows come from. */
  readonly fixed: readonly { readonly path: string; readonly to?: number }[];
}

/** Reads a model's locks. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function modelLocks(config: ModelConfig, readText: ReadText): Promise<ModelLocks> {
  const { inputs, evaluate } = config;
  const sources = await featureSources(config, readText);

  const training = await locksOf('training', inputs.data, readText);
  const features = await locksOf('features', sources, readText);
  const [holdout] = (await locksOf('holdout', [evaluate.data], readText)).filter(isAdvanced);
  if (!holdout) throw invalid(evaluate.data, 'has no `source`, so that nothing says where newer rows are');
  const advanced = training.filter(isAdvanced);
  if (advanced.length === 0) {
    throw invalid(
      inputs.data.join(', '),
      'no lock of inputs.data has a `source`: training would stand still',
    );
  }
  const locks = {
    training: advanced,
    holdout,
    features: features.filter(isAdvanced),
    fixed: training
      .filter((lock) => !isAdvanced(lock))
      .map(({ file: { path }, to }) => ({ path, ...(to !== undefined && { to }) })),
  };
  const every = [...advanced, holdout, ...locks.features];
  refuseTwoParts(every.map(({ file }) => file.path));
  refuseSnapshotsAmongRows(every);
  return locks;
}

/** Locks that the views of the model's feature service read, each once. */
async function featureSources({ features }: ModelConfig, readText: ReadText): Promise<readonly string[]> {
  if (features === undefined) return [];
  const [path = '', service = ''] = features.split('#');
  const { views } = serviceOf(parseFeatureDefinitions(await textOf(path, readText)), service);
  return [...new Set(views.map(({ source }) => source.path))].filter((source) => source.endsWith('.lock'));
}

type FoundLock = Omit<AdvancedLock, 'rows' | 'time'> & Partial<Pick<AdvancedLock, 'rows' | 'time'>>;

async function locksOf(part: Part, paths: readonly string[], readText: ReadText): Promise<FoundLock[]> {
  const found: FoundLock[] = [];
  for (const path of paths) {
    const file = await textOf(path, readText);
    const lock = parseDataLock(file);
    if (part === 'holdout') refuseHoldoutForTraining(path, lock);
    if (part === 'features') refuseFeaturesBesideHoldout(path, lock);
    found.push({
      part,
      file,
      ...(lock.source && { rows: placeOf(lock.source.parts), time: lock.source.time }),
      ...intervalOf(path, lock),
      ...(lock.rows !== undefined && { known: lock.rows }),
      into: storeFor(part, lock),
      folder: path.replace(/\.lock$/, ''),
    });
  }
  return found;
}

function isAdvanced(lock: FoundLock): lock is AdvancedLock {
  return lock.rows !== undefined;
}

async function textOf(path: string, readText: ReadText): Promise<SourceText> {
  const text = await readText(path);
  if (text === undefined) throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist`);
  return { path, text };
}

function intervalOf(path: string, { interval }: DataLock): { readonly from?: number; readonly to?: number } {
  if (!interval) return {};
  const from = parseInstant(interval.from);
  const to = parseInstant(interval.to);
  if (from === undefined || to === undefined || from >= to) {
    throw invalid(
      path,
      `interval ${JSON.stringify(interval)} is none: expected two instants such as 2013-05-01T04:00:00Z, the earlier first`,
    );
  }
  return { from, to };
}

/** Data in the repository moves to a store; which one says the part that it plays. */
function storeFor(part: Part, { uri }: DataLock): SnapshotStore {
  const place = placeOf(uri).in;
  if (place !== 'repository') return place;
  return part === 'holdout' ? 'store' : 'training';
}

function refuseHoldoutForTraining(path: string, { uri, source }: DataLock): void {
  const place = [uri, source?.parts ?? ''].find((text) => placeOf(text).in === 'training');
  if (place === undefined) return;
  throw invalid(
    path,
    `names ${place}: the training store is given to training, which must not see the holdout`,
  );
}

/** As evaluation and training refuse it. Parts may lie there, since no pull request is given them. */
function refuseFeaturesBesideHoldout(path: string, { uri }: DataLock): void {
  if (placeOf(uri).in !== 'store') return;
  throw invalid(path, `names ${uri}: features are read in training too, which is not given that store`);
}

function refuseTwoParts(paths: readonly string[]): void {
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  if (twice === undefined) return;
  throw invalid(
    twice,
    'is used twice among inputs.data, evaluate.data and the sources of features: each is cut at a time of its own',
  );
}

/** The next advance would read its own snapshots as new rows. */
function refuseSnapshotsAmongRows(locks: readonly AdvancedLock[]): void {
  for (const { file, into, folder } of locks) {
    const around = locks.find(
      ({ rows }) => rows.in === into && `${folder}/`.startsWith(`${rows.path.replace(/\/+$/, '')}/`),
    );
    if (!around) continue;
    throw invalid(
      around.file.path,
      `source.parts holds the folder ${folder}, where snapshots of ${file.path} go: keep the parts in another folder`,
    );
  }
}

function invalid(path: string, problem: string): MergewayError {
  return new MergewayError('MW_CONFIG_INVALID', `${path}: ${problem}`);
}
