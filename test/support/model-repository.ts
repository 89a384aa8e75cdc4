/**
 * A repository with one model whose training copies a committed ONNX file: the score is the column `x`. Its holdout lies in a
 * data store beside it. Small enough to train in a second, real enough for every command.
 */

import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf, hexOf } from '#core/digest.ts';
import { type Lifetime, temporaryFolder } from './folder.ts';
import { commit, type Files, repository } from './git.ts';
import { identityModel } from './onnx.ts';

export interface ModelRepository {
  readonly root: string;
  readonly commit: string;
  readonly dataStore: string;
  readonly store: string;
  /** Commits other files over these. */
  change(files: Files): Promise<string>;
}

/** Even rows are positive; scores are `(row % 10 + 2 · label) / 12`, so that the model is good, not perfect. */
export function holdoutCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const label = row % 2 === 0 ? 1 : 0;
    return `${row},${((row % 10) + 2 * label) / 12},${label},${row % 3 === 0 ? 'a' : 'b'}`;
  });
  return ['id,x,late,size', ...lines, ''].join('\n');
}

export const TRAIN_CSV = 'id,x,late\n1,0.5,1\n2,0.25,0\n';

export function modelYaml(
  changes: {
    readonly command?: string;
    readonly gates?: string;
    readonly timeout?: string;
    readonly promotion?: string;
  } = {},
): string {
  return `name: flights
task: binary-classification
inputs:
  code: [model.bin]
  data: [data/train.lock]
train:
  command: ${JSON.stringify(changes.command ?? COPIES)}
  params: {seed: 7}
  timeout: ${changes.timeout ?? '1m'}
evaluate:
  data: data/holdout.lock
  key: id
  label: late
  predict: {input: x, output: y, columns: [x], threshold: 0.5}
gates: ${changes.gates ?? '{benchmark: [{metric: roc_auc, min: 0.4}]}'}
promotion: ${changes.promotion ?? '{}'}
`;
}

const COPIES = `cp model.bin "$MERGEWAY_OUT/model.onnx" && echo '{"auc": 0.5}' > "$MERGEWAY_OUT/metrics.json" && echo trained`;

export async function modelRepository(
  t: Lifetime,
  changes: Files = {},
  rows = 300,
): Promise<ModelRepository> {
  const root = await repository(t);
  const beside = await temporaryFolder(t);
  const dataStore = join(beside, 'data');
  await mkdir(dataStore);
  const holdout = holdoutCsv(rows);
  await writeFile(join(dataStore, 'holdout.csv'), holdout);
  const files: Files = {
    'model.bin': identityModel('float'),
    'models/flights/model.yaml': modelYaml(),
    'data/train.csv': TRAIN_CSV,
    'data/train.lock': lock('data/train.csv', TRAIN_CSV),
    'data/holdout.lock': lock('store:holdout.csv', holdout),
    ...changes,
  };
  return {
    root,
    dataStore,
    store: join(beside, 'store'),
    commit: await commit(root, files),
    change: (more) => commit(root, { ...files, ...more }),
  };
}

/** A copy of a repository that was made for several tests, with its stores. */
export async function copyOf(t: Lifetime, made: ModelRepository): Promise<Omit<ModelRepository, 'change'>> {
  const folder = await temporaryFolder(t);
  const [root, beside] = [join(folder, 'repository'), join(folder, 'beside')];
  await cp(made.root, root, { recursive: true });
  await cp(dirname(made.dataStore), beside, { recursive: true });
  return { root, dataStore: join(beside, 'data'), store: join(beside, 'store'), commit: made.commit };
}

export function lock(uri: string, content: string | Uint8Array): string {
  return `uri: ${uri}\nsha256: ${hexOf(digestOf(content))}\n`;
}
