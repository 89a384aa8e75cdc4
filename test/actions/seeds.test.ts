/** `train.seeds`: several runs of one training, from the command to the intervals of its evaluation. */

import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { evaluationEvidence } from '#core/evidence/evaluation.ts';
import { parseEvidence } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { modelRepository, modelYaml } from '#test/support/model-repository.ts';
import { addModel, identityModel } from '#test/support/onnx.ts';

const TRAIN = ['train', '--model', 'flights', '--out', 'out', '--json'];
/** The first run gives one model, those after it another; what each was told stands in the log. */
const COMMAND =
  'echo "$MERGEWAY_SEED $MERGEWAY_PARAMS"; if [ "$MERGEWAY_SEED" = 0 ]; then cp model.bin "$MERGEWAY_OUT/model.onnx"; else cp seed.bin "$MERGEWAY_OUT/model.onnx"; fi';

test('a training with three seeds leaves three models, and the first is the candidate', async (t) => {
  const { root } = await seededRepository(t);

  const ran = await mergeway(TRAIN, { cwd: root });

  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(jsonOf(ran).candidate, digestOf(identityModel('float')));
  const evidence = await readFile(join(root, 'out/training.json'));
  const { params, seeds } = parseEvidence(trainingEvidence, evidence, 'training.json').predicate;
  assert.deepEqual(params, { seed: 7 });
  assert.deepEqual(
    seeds?.map(({ digest }) => digest),
    [digestOf(addModel(1)), digestOf(addModel(1))],
  );
  assert.equal(digestOf(await readFile(join(root, 'out/seed-2.onnx'))), digestOf(addModel(1)));
  const log = await readFile(join(root, 'out/training.log'), 'utf8');
  assert.match(log, /^0 \{"seed":7\}.*^1 \{"seed":8\}.*^2 \{"seed":9\}/ms);
});

test('more seeds than before are trained once, for the candidate that was there', async (t) => {
  const { root, store, change } = await seededRepository(t, 1);
  const first = await mergeway([...TRAIN, '--store', store], { cwd: root });
  await change({ 'models/flights/model.yaml': yaml(3), 'seed.bin': addModel(1) });

  const more = await mergeway([...TRAIN, '--store', store], { cwd: root });
  const again = await mergeway([...TRAIN, '--store', store], { cwd: root });

  assert.equal(jsonOf(more).inputDigest, jsonOf(first).inputDigest);
  assert.deepEqual([jsonOf(more).reused, jsonOf(again).reused], [false, true], again.stderr);
  assert.equal(jsonOf(again).candidate, jsonOf(first).candidate);
  assert.equal(digestOf(await readFile(join(root, 'out/seed-1.onnx'))), digestOf(addModel(1)));
});

test('an evaluation measures the seeds beside the candidate, and its intervals hold how they differ', async (t) => {
  const { root, dataStore } = await seededRepository(t);
  await mergeway(TRAIN, { cwd: root });
  const evaluate = [
    'evaluate',
    '--model',
    'flights',
    '--candidate',
    'out/model.onnx',
    '--data-store',
    dataStore,
  ];

  const ran = await mergeway([...evaluate, '--seeds', 'out/training.json', '--out', 'evaluation.json'], {
    cwd: root,
  });

  assert.equal(ran.code, 0, ran.stderr);
  const bytes = await readFile(join(root, 'evaluation.json'));
  const { seeds, metrics, candidate } = parseEvidence(evaluationEvidence, bytes, 'evaluation.json').predicate;
  assert.equal(candidate, digestOf(identityModel('float')));
  assert.deepEqual(seeds, [digestOf(addModel(1)), digestOf(addModel(1))]);
  // Scores that are all one larger are above the threshold: a positive row is every second one.
  const accuracy = metrics.find(({ metric }) => metric === 'accuracy');
  assert.deepEqual(accuracy?.seeds, [0.5, 0.5]);
  assert.match(accuracy?.candidate.method ?? '', /with 3 seeds/);
});

test('where thresholds are chosen on data, each seed chooses its own', async (t) => {
  const { root, dataStore, change } = await seededRepository(t);
  await change({
    'models/flights/model.yaml': yaml(3).replace('threshold: 0.5', 'threshold: {maximize: f1}'),
  });
  await mergeway(TRAIN, { cwd: root });
  const evaluate = [
    'evaluate',
    '--model',
    'flights',
    '--candidate',
    'out/model.onnx',
    '--data-store',
    dataStore,
  ];

  await mergeway([...evaluate, '--seeds', 'out/training.json', '--out', 'evaluation.json'], { cwd: root });

  const bytes = await readFile(join(root, 'evaluation.json'));
  const { metrics } = parseEvidence(evaluationEvidence, bytes, 'evaluation.json').predicate;
  // Scores that are all one larger, with a threshold that is one larger, call the same rows positive.
  const accuracy = metrics.find(({ metric }) => metric === 'accuracy');
  assert.deepEqual(accuracy?.seeds, [accuracy?.candidate.point, accuracy?.candidate.point]);
});

test('a model that is not the one its training tells of is no seed of it', async (t) => {
  const { root, dataStore } = await seededRepository(t);
  await mergeway(TRAIN, { cwd: root });
  await cp(join(root, 'out/model.onnx'), join(root, 'out/seed-2.onnx'));

  const ran = await mergeway(
    ['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--data-store', dataStore].concat([
      '--seeds',
      'out/training.json',
      '--json',
    ]),
    { cwd: root },
  );

  assert.equal(jsonOf(ran).error?.code, 'MW_EVIDENCE_MISMATCH');
});

test('two seeds are refused with the reason', async (t) => {
  const { root } = await seededRepository(t, 2);

  const ran = await mergeway(TRAIN, { cwd: root });

  assert.equal(jsonOf(ran).error?.code, 'MW_CONFIG_INVALID');
  assert.match(ran.stderr, /two runs tell too little/);
});

function seededRepository(t: Parameters<typeof modelRepository>[0], seeds = 3) {
  return modelRepository(t, { 'models/flights/model.yaml': yaml(seeds), 'seed.bin': addModel(1) });
}

function yaml(seeds: number): string {
  return modelYaml({ command: COMMAND }).replace('  timeout:', `  seeds: ${seeds}\n  timeout:`);
}
