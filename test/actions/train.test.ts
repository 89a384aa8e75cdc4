/** `mergeway train`: what it promises to a person and to a workflow. */

import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { profileEvidence } from '#core/evidence/profile.ts';
import { parseEvidence, subjectOf } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { git } from '#test/support/git.ts';
import { holdoutCsv, lock, modelRepository, modelYaml } from '#test/support/model-repository.ts';
import { externalDataModel, identityModel } from '#test/support/onnx.ts';

const TRAIN = ['train', '--model', 'flights', '--out', 'out', '--json'];

test('training writes the model, its evidence and a log, and prints one object', async (t) => {
  const { root, commit } = await modelRepository(t);

  const ran = await mergeway(TRAIN, { cwd: root });

  assert.equal(ran.code, 0, ran.stderr);
  const onnx = await readFile(join(root, 'out/model.onnx'));
  const evidence = parseEvidence(
    trainingEvidence,
    await readFile(join(root, 'out/training.json')),
    'training.json',
  );
  assert.deepEqual(jsonOf(ran).candidate, digestOf(onnx));
  assert.deepEqual(evidence.subject[0]?.digest, { sha256: digestOf(onnx).slice(7) });
  assert.equal(evidence.predicate.commit, commit);
  assert.deepEqual(evidence.predicate.metrics, { auc: 0.5 });
  assert.deepEqual(evidence.predicate.params, { seed: 7 });
  assert.match(await readFile(join(root, 'out/training.log'), 'utf8'), /trained/);
  assert.match(ran.stderr, /train \| trained/);
});

test('the same inputs are not trained twice, whatever else the commit changes', async (t) => {
  const { root, store, change } = await modelRepository(t);
  const first = await mergeway([...TRAIN, '--store', store], { cwd: root });
  await change({ 'README.md': 'words' });

  const second = await mergeway([...TRAIN, '--store', store], { cwd: root });

  assert.equal(jsonOf(first).reused, false);
  assert.equal(jsonOf(second).reused, true, second.stderr);
  assert.equal(jsonOf(second).candidate, jsonOf(first).candidate);
});

test('the training command sees what it needs of the environment, and no secret', async (t) => {
  const command =
    'env > "$MERGEWAY_OUT/../env.txt"; cat "$MERGEWAY_OUT/../env.txt"; cp model.bin "$MERGEWAY_OUT/model.onnx"';
  const { root } = await modelRepository(t, { 'models/flights/model.yaml': modelYaml({ command }) });

  const ran = await mergeway(TRAIN, {
    cwd: root,
    env: {
      GITHUB_TOKEN: 'ghs_secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      NVIDIA_API_KEY: 'secret',
      PYTHON_KEYRING_PASSWORD: 'secret',
      VIRTUAL_ENV: '/venv',
      MERGEWAY_STORE: root,
    },
  });

  assert.equal(ran.code, 0, ran.stderr);
  const log = await readFile(join(root, 'out/training.log'), 'utf8');
  const names = log.split('\n').map((line) => line.split('=')[0]);
  assert.ok(names.includes('VIRTUAL_ENV') && names.includes('MERGEWAY_PARAMS') && names.includes('PATH'));
  assert.doesNotMatch(log, /secret|GITHUB_TOKEN|NVIDIA|KEYRING|MERGEWAY_STORE/i);
  assert.match(log, /MERGEWAY_DATA=\{"data\/train\.lock":"\/.*\/data\/train\.csv"\}/);
});

test('data in the training store reaches the command as a file, and the store itself does not', async (t) => {
  const command = 'env; cp model.bin "$MERGEWAY_OUT/model.onnx"';
  const { root, dataStore } = await modelRepository(t, {
    'models/flights/model.yaml': modelYaml({ command }),
    'data/train.lock': lock('training:holdout.csv', holdoutCsv(300)),
  });

  const withheld = await mergeway(TRAIN, { cwd: root });
  const given = await mergeway(TRAIN, { cwd: root, env: { MERGEWAY_TRAINING_STORE: dataStore } });

  assert.equal(jsonOf(withheld).error?.code, 'MW_DATA_MISSING');
  assert.equal(given.code, 0, given.stderr);
  const log = await readFile(join(root, 'out/training.log'), 'utf8');
  assert.match(log, /MERGEWAY_DATA=\{"data\/train\.lock":"\/.*\/data\/holdout\.csv"\}/);
  assert.doesNotMatch(log, /MERGEWAY_TRAINING_STORE/);
});

test('a profile of the training data lies beside the candidate, and says that it is advisory', async (t) => {
  const { root } = await modelRepository(t);

  await mergeway(['train', '--model', 'flights', '--out', 'out'], { cwd: root });

  const bytes = await readFile(join(root, 'out/profile.json'));
  const profile = parseEvidence(profileEvidence, bytes, 'profile.json');
  assert.equal(subjectOf(profile), digestOf(identityModel('float')));
  assert.equal(profile.predicate.origin, 'training');
  assert.equal(profile.predicate.data.rows, 2);
  assert.deepEqual(
    profile.predicate.columns.map(({ column, profile: { kind } }) => [column, kind]),
    [['x', 'category']],
  );
});

for (const { name, files, code, exit } of [
  {
    name: 'a command that fails',
    files: {
      'models/flights/model.yaml': modelYaml({ command: 'echo "no such column: delay" >&2; exit 3' }),
    },
    code: 'MW_TRAIN_FAILED',
    exit: 2,
  },
  {
    name: 'a command that takes too long',
    files: { 'models/flights/model.yaml': modelYaml({ command: 'exec sleep 60', timeout: '200ms' }) },
    code: 'MW_TRAIN_TIMEOUT',
    exit: 4,
  },
  {
    name: 'a command that writes no model',
    files: { 'models/flights/model.yaml': modelYaml({ command: 'true' }) },
    code: 'MW_TRAIN_NO_MODEL',
    exit: 2,
  },
  {
    name: 'a model that is no ONNX file',
    files: { 'model.bin': 'not a model' },
    code: 'MW_MODEL_INVALID',
    exit: 2,
  },
  {
    name: 'a model with external data',
    files: { 'model.bin': externalDataModel('../../secret') },
    code: 'MW_MODEL_INVALID',
    exit: 2,
  },
  {
    name: 'data that is not what its lock promises',
    files: { 'data/train.csv': 'id,x,late\n' },
    code: 'MW_DATA_MISMATCH',
    exit: 4,
  },
  {
    name: 'a misspelt key',
    files: { 'models/flights/model.yaml': modelYaml().replace('train:', 'trian:') },
    code: 'MW_CONFIG_INVALID',
    exit: 2,
  },
  {
    name: 'an empty model.yaml',
    files: { 'models/flights/model.yaml': '' },
    code: 'MW_CONFIG_INVALID',
    exit: 2,
  },
]) {
  test(`${name} ends with ${code}, exit code ${exit}, and nothing written`, async (t) => {
    const { root, store } = await modelRepository(t, files);

    const ran = await mergeway([...TRAIN, '--store', store], { cwd: root });

    assert.equal(jsonOf(ran).error?.code, code, ran.stderr);
    assert.equal(ran.code, exit);
    await assert.rejects(access(join(root, 'out')));
    await assert.rejects(readdir(store));
    assert.doesNotMatch(ran.stderr, /\n\s+at /);
  });
}

test('a failed training shows the last lines that it printed', async (t) => {
  const command = 'echo "no such column: delay" >&2; exit 3';
  const { root } = await modelRepository(t, { 'models/flights/model.yaml': modelYaml({ command }) });

  const ran = await mergeway(TRAIN, { cwd: root });

  assert.match(
    String((jsonOf(ran).error as unknown as { message: string }).message),
    /ended with 3\n {2}no such column: delay/,
  );
});

test('an interrupted training ends its command and everything that it started', async (t) => {
  const command = 'sleep 61 & echo started; wait';
  const { root } = await modelRepository(t, { 'models/flights/model.yaml': modelYaml({ command }) });
  const interruption = new AbortController();

  const ran = await mergeway(TRAIN, {
    cwd: root,
    signal: interruption.signal,
    onStderr: (text) => text.includes('started') && interruption.abort(),
  });

  assert.equal(jsonOf(ran).error?.code, 'MW_INTERRUPTED');
  assert.doesNotMatch(await processes(), /sleep 61/);
});

for (const { name, left } of [
  { name: 'a process in the background', left: 'sleep 64 &' },
  { name: 'a daemon in a session of its own', left: 'setsid sleep 6 &' },
]) {
  test(`a command that leaves ${name} is over when it ends`, async (t) => {
    const command = `${left} cp model.bin "$MERGEWAY_OUT/model.onnx"`;
    const { root } = await modelRepository(t, {
      'models/flights/model.yaml': modelYaml({ command, timeout: '5s' }),
    });

    const ran = await mergeway(TRAIN, { cwd: root });

    assert.equal(ran.code, 0, ran.stderr);
    assert.doesNotMatch(await processes(), /sleep 64/);
  });
}

test('data that was never committed is named as missing in the commit', async (t) => {
  const { root } = await modelRepository(t);
  await git(root, 'rm', '--quiet', '--cached', 'data/train.csv');
  await git(root, 'commit', '--quiet', '--message=without the data');

  const ran = await mergeway(TRAIN, { cwd: root });

  assert.equal(jsonOf(ran).error?.code, 'MW_DATA_MISSING', ran.stderr);
  assert.match(ran.stderr, /a lock names data\/train\.csv, which is not in commit [0-9a-f]{40}/);
});

test('data that is a folder is missing data', async (t) => {
  const { root } = await modelRepository(t);
  const lock = (await readFile(join(root, 'data/train.lock'), 'utf8')).replace('data/train.csv', 'data');
  const { root: other } = await modelRepository(t, { 'data/train.lock': lock });

  const ran = await mergeway(TRAIN, { cwd: other });

  assert.equal(jsonOf(ran).error?.code, 'MW_DATA_MISSING', ran.stderr);
  assert.match(ran.stderr, /which is no file/);
});

async function processes(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ')).join('\n');
}
