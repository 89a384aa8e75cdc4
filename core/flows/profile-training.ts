/**
 * The profile of the data that a training command was given, in the columns that its model reads. Advisory, like all that training hands
 * over: monitors use the one that `evaluate` computed. Whatever stands in its way is said, and the candidate goes without it.
 */

import { lockDigest } from '../config/lock.ts';
import type { ModelConfig } from '../config/model.ts';
import { parseContract, secretColumns } from '../contract/odcs.ts';
import type { Digest } from '../digest.ts';
import { digestOf } from '../digest.ts';
import { MergewayError } from '../errors.ts';
import { bind } from '../evaluation/binding.ts';
import type { ProfilePredicate } from '../evidence/profile.ts';
import type { Statement } from '../evidence/statement.ts';
import { dataDigest } from '../evidence/validation.ts';
import type { ModelBackend } from '../ports/model-backend.ts';
import type { Progress } from '../ports/progress.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import type { Table } from '../ports/table.ts';
import type { TrainingFiles } from '../ports/trainer.ts';
import { profileColumns } from '../profile/columns.ts';
import { profileStatement } from '../profile/of-evaluation.ts';
import { restrictedNames } from '../predictions/restricted.ts';
import { VERSION } from '../version.ts';
import { filesAt, modelFeatures } from './model-features.ts';
import { readDataLock, readText } from './policy.ts';

interface Ports {
  readonly backend: ModelBackend;
  readonly table: Table;
  readonly source: SourceTree;
  readonly progress: Progress;
}

interface Trained {
  readonly config: ModelConfig;
  readonly commit: string;
  readonly left: TrainingFiles;
}

export async function profileTraining(
  ports: Ports,
  trained: Trained,
): Promise<Statement<ProfilePredicate> | undefined> {
  try {
    return await profileOf(ports, trained);
  } catch (error) {
    if (!(error instanceof MergewayError)) throw error;
    ports.progress.say(`no profile of the training data: ${error.message}`);
    return undefined;
  }
}

async function profileOf(ports: Ports, trained: Trained): Promise<Statement<ProfilePredicate>> {
  const { config, left } = trained;
  const columns = await columnsOf(ports, trained);
  const opened = await ports.table.open(await filesWith(ports.table, columns, Object.values(left.data)));
  try {
    const [row] = await opened.query('SELECT count(*) AS n FROM data');
    const restricted = await restrictedOf(ports.source, trained);
    const predicate: ProfilePredicate = {
      mergeway: VERSION,
      model: config.name,
      task: config.task,
      origin: 'training',
      data: { ...(await lockedData(ports.source, trained)), rows: Number(row?.n ?? 0) },
      columns: [...(await profileColumns(opened, { columns, restricted }, ports.progress))],
      predictions: null,
      labels: null,
      performance: [],
    };
    return profileStatement(predicate, digestOf(left.onnx));
  } finally {
    await opened.close();
  }
}

/** Columns that the model's inputs take. */
async function columnsOf({ backend }: Ports, { config, left }: Trained): Promise<readonly string[]> {
  const model = await backend.load(left.onnx);
  try {
    const { inputs } = bind(model, config.evaluate.predict, 'the model');
    return [...new Set(inputs.flatMap((input) => input.columns))];
  } finally {
    await model.release();
  }
}

/** Files that have every column, as one table; else the one that has the most of them. */
async function filesWith(
  table: Table,
  columns: readonly string[],
  files: readonly string[],
): Promise<readonly string[]> {
  const found: { readonly file: string; readonly has: number }[] = [];
  for (const file of files) {
    const opened = await table.open([file]);
    const names = new Set(opened.columns.map(({ name }) => name));
    await opened.close();
    found.push({ file, has: columns.filter((column) => names.has(column)).length });
  }
  const most = Math.max(...found.map(({ has }) => has));
  const best = found.filter(({ has }) => has === most).map(({ file }) => file);
  return most === columns.length ? best : best.slice(0, 1);
}

async function lockedData(
  source: SourceTree,
  { config, commit }: Trained,
): Promise<{ readonly digest: Digest; readonly uri: string }> {
  const digests: Digest[] = [];
  const uris: string[] = [];
  for (const path of config.inputs.data) {
    const lock = await readDataLock(source, commit, path);
    if (!lock) throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
    digests.push(lockDigest(lock));
    uris.push(lock.uri);
  }
  return { digest: dataDigest(digests), uri: uris.join(', ').slice(0, 1000) };
}

/** What the commit's own contract keeps secret, in lower case. */
async function restrictedOf(source: SourceTree, { config, commit }: Trained): Promise<ReadonlySet<string>> {
  const path = config.gates.data?.contract;
  if (path === undefined) return new Set();
  const text = await readText(source, commit, path);
  if (text === undefined) throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist at ${commit}`);
  const features = await modelFeatures(filesAt(source, commit), config);
  return restrictedNames(secretColumns(parseContract({ path, text })), features?.service);
}
