/**
 * The quickstart's second model goes the whole line as its README tells it: the linear model is promoted, the trees rank better and are left
 * open by the bias gate. MERGEWAY_TEST_QUICKSTART_PYTHON names the Python of a virtual environment with the quickstart's
 * requirements.lock; `.ci/run` makes it.
 */

import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { type Lifetime, temporaryFolder } from '#test/support/folder.ts';
import { git } from '#test/support/git.ts';

const QUICKSTART = resolve(import.meta.dirname, '../../templates/quickstart');
const MODEL = 'models/visits/model.yaml';
const LINEAR = '{ estimator: linear, seed: 7 }';
const TREES = '{ estimator: trees, seed: 7, iterations: 120, leaves: 8, learning_rate: 0.08 }';

/** Timings are of the machine that the test runs on: the gate would say how busy it is. */
const LATENCY = /^ {2}latency:\n(?: {4}.*\n)+/m;

interface Gate {
  readonly name: string;
  readonly status: string;
  readonly estimate?: { readonly point: number; readonly low: number; readonly high: number };
}

const python = process.env.MERGEWAY_TEST_QUICKSTART_PYTHON;

test('the linear model is promoted; the trees rank better, and find fewer of one race', async (t) => {
  assert.ok(python, 'MERGEWAY_TEST_QUICKSTART_PYTHON must name a Python with the quickstart’s requirements');
  const { change, line, promote } = await project(t);
  const readme = await readFile(join(QUICKSTART, 'README.md'), 'utf8');

  await change((text) => text.replace(LATENCY, ''));
  const linear = await line();
  const first = await promote();
  await change((text) => text.replace(LINEAR, TREES));
  const trees = await line();
  const second = await promote();

  assert.deepEqual([linear.verdict, first.verdict], ['pass', 'pass']);
  assert.deepEqual([trees.verdict, second.verdict], ['inconclusive', 'inconclusive']);
  assert.deepEqual(
    trees.gates.filter(({ status }) => status === 'inconclusive').map(({ name }) => name),
    ['equal_opportunity_difference by race'],
  );
  for (const name of TOLD) {
    const told = `| ${name} | ${shown(linear, name)} | ${shown(trees, name)} |`;
    assert.ok(plain(readme).includes(told), `README.md does not have: ${told}`);
  }
});

/** The gates whose numbers README.md shows, for both models. */
const TOLD = [
  'roc_auc at least 0.6',
  'equal_opportunity_difference by sex',
  'equal_opportunity_difference by race',
  'roc_auc difference by sex',
  'equal_opportunity_difference by limited',
  'equal_opportunity_difference by health',
  'precision_disparity by race against the majority',
];

interface Judged {
  readonly verdict: unknown;
  readonly gates: readonly Gate[];
}

function shown({ gates }: Judged, wanted: string): string {
  const estimate = gates.find(({ name }) => name === wanted)?.estimate;
  assert.ok(estimate, wanted);
  return `${estimate.point.toFixed(3)} [${estimate.low.toFixed(3)}, ${estimate.high.toFixed(3)}]`;
}

/** A table's padding is of no matter. */
function plain(markdown: string): string {
  return markdown.replace(/ +/g, ' ').replaceAll('`', '');
}

/** The quickstart's repository, committed in the two steps of README.md, and its commands. */
async function project(t: Lifetime) {
  const folder = await temporaryFolder(t);
  const root = join(folder, 'repository');
  await cp(join(QUICKSTART, 'repository'), root, { recursive: true });
  await git(root, 'init', '--quiet', '--initial-branch=main');
  await git(root, 'add', '.', ':!models/visits');
  await git(root, 'commit', '--quiet', '--message=A model of late flights');

  const env = {
    PATH: `${dirname(python ?? '')}:${process.env.PATH}`,
    MERGEWAY_STORE: join(folder, 'store'),
    MERGEWAY_DATA_STORE: join(QUICKSTART, 'holdout'),
  };
  const run = async (...args: readonly string[]) => {
    const ran = await mergeway([...args, '--json'], { cwd: root, env });
    assert.ok(ran.code === 0 || ran.code === 3, ran.stderr + ran.stdout);
    return jsonOf(ran);
  };
  return {
    async change(edit: (text: string) => string) {
      const path = join(root, MODEL);
      await writeFile(path, edit(await readFile(path, 'utf8')));
      await git(root, 'add', '.');
      await git(root, 'commit', '--quiet', '--message=A change of the model of visits');
    },
    async line(): Promise<Judged> {
      const validation = ['--validation', 'mergeway-out/validation.json'];
      const evidence = ['--evidence', 'mergeway-out/evaluation.json'];
      await run('validate', '--model', 'visits', '--out', 'mergeway-out/validation.json');
      await run('train', '--model', 'visits', '--out', 'mergeway-out');
      const candidate = [
        '--candidate',
        'mergeway-out/model.onnx',
        '--training',
        'mergeway-out/training.json',
      ];
      await run(
        ...['evaluate', '--model', 'visits', ...candidate, ...validation],
        ...['--out', 'mergeway-out/evaluation.json'],
      );
      const { verdict, gates } = await run('gate', ...evidence, ...validation);
      await run('report', ...evidence, ...validation, '--training', 'mergeway-out/training.json');
      return { verdict, gates: gates as readonly Gate[] };
    },
    promote: () => run('promote', '--without-rollout'),
  };
}
