/**
 * What the demo's training job runs where there is no Python: answers the few calls that the workflow makes of `python3`, and
 * "trains" by handing out the committed model that the same script made from the same code and parameters.
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const DEMO = join(import.meta.dirname, '..');

interface Prebuilt {
  readonly file: string;
  readonly metrics: Readonly<Record<string, number>>;
}

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  if (args[0] === '-c' || args[0] === '--version') return answer('3.11.0');
  if (args[0] === '-m' && args[1] === 'venv') return makeEnvironment(args[2] ?? '');
  if (args[0] === '-m' && args[1] === 'pip') return answer('nothing to install: models are handed out');
  if (args[0]?.endsWith('src/flights/train.py')) return train();
  console.error(`this stand-in for Python can't do: ${args.join(' ')}`);
  return 1;
}

function answer(line: string): number {
  console.log(line);
  return 0;
}

/** An environment whose `python` is this program again. */
function makeEnvironment(folder: string): number {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['python', 'python3'])
    symlinkSync(join(import.meta.dirname, 'python3'), join(bin, name));
  writeFileSync(join(bin, 'pip'), '#!/bin/sh\necho nothing to install: models are handed out\n');
  chmodSync(join(bin, 'pip'), 0o755);
  return 0;
}

function train(): number {
  const name = whichModel();
  const models = JSON.parse(readFileSync(join(DEMO, 'models/digests.json'), 'utf8')) as Record<
    string,
    Prebuilt
  >;
  const model = models[name];
  if (!model) return 1;

  const out = process.env.MERGEWAY_OUT ?? '.';
  copyFileSync(join(DEMO, 'models', model.file), join(out, 'model.onnx'));
  writeFileSync(join(out, 'metrics.json'), JSON.stringify(model.metrics));
  return answer(`handed out the committed model “${name}”`);
}

/** The checkout in the working folder is told by the file that its change brought, or by how far its training data reaches. */
function whichModel(): string {
  if (holds('biased', 'src/flights/rows.py')) return 'biased';
  if (holds('treacherous', 'src/flights/estimators.py')) return 'treacherous';
  if (/to: 2013-06-16/.test(textOf('data/train.lock'))) return 'retrained';
  const params = JSON.parse(process.env.MERGEWAY_PARAMS ?? '{}') as { readonly estimator?: string };
  return params.estimator ?? 'linear';
}

function holds(change: string, file: string): boolean {
  const changed = join(DEMO, 'changes', change, 'files', file);
  return textOf(file) === readFileSync(changed, 'utf8');
}

/** '' where there is none. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
