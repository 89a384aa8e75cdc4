/** `mergeway gate`, `report`, `promote` and `ledger verify`: from evidence to a version in production, without a server. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { ofThisFile, temporaryFolder } from '#test/support/folder.ts';
import { git } from '#test/support/git.ts';
import { copyOf, type ModelRepository, modelRepository, modelYaml } from '#test/support/model-repository.ts';
import { identityModel } from '#test/support/onnx.ts';

const execute = promisify(execFile);
const MAIN = resolve(import.meta.dirname, '../../cli/main.ts');

interface Proven extends Omit<ModelRepository, 'change'> {
  run(...args: readonly string[]): Promise<Ran>;
}

const FILE = ofThisFile();
const made = new Map<string, Promise<ModelRepository>>();

/** A model that was trained and evaluated at the repository's second commit, which changes its training command; each is made once. */
async function proven(t: TestContext, gates?: string, more: readonly string[] = []): Promise<Proven> {
  const key = JSON.stringify([gates, more]);
  const known = made.get(key) ?? prove(gates, more);
  made.set(key, known);
  const repository = await copyOf(t, await known);
  return { ...repository, run: runIn(repository.root) };
}

function runIn(cwd: string): Proven['run'] {
  return (...args) => mergeway([...args, '--json'], { cwd });
}

async function prove(gates: string | undefined, more: readonly string[]): Promise<ModelRepository> {
  const policy = gates === undefined ? {} : { gates };
  const repository = await modelRepository(FILE, {
    'models/flights/model.yaml': modelYaml({ ...policy, command: 'true' }),
  });
  await repository.change({ 'models/flights/model.yaml': modelYaml(policy) });
  const { root, store, dataStore } = repository;
  const run = runIn(root);
  const trained = await run('train', '--model', 'flights', '--out', 'out');
  assert.equal(trained.code, 0, trained.stderr);
  const evaluated = await run(
    ...['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--training', 'out/training.json'],
    ...['--store', store, '--data-store', dataStore, '--out', 'out/evaluation.json', ...more],
  );
  assert.equal(evaluated.code, 0, evaluated.stderr);
  return repository;
}

for (const { name, gates, verdict, exit } of [
  // The ROC AUC is 0.6 with an interval of about ±.06 on 300 rows.
  { name: 'below its value', gates: '{benchmark: [{metric: roc_auc, min: 0.4}]}', verdict: 'pass', exit: 0 },
  { name: 'above its value', gates: '{benchmark: [{metric: roc_auc, min: 0.8}]}', verdict: 'fail', exit: 1 },
  {
    name: 'at its value',
    gates: '{benchmark: [{metric: roc_auc, min: 0.6}]}',
    verdict: 'inconclusive',
    exit: 3,
  },
]) {
  test(`a limit ${name} is ${verdict}, exit code ${exit}`, async (t) => {
    const { run } = await proven(t, gates);

    const judged = await run('gate', '--evidence', 'out/evaluation.json');

    assert.equal(judged.code, exit, judged.stderr);
    assert.equal(jsonOf(judged).verdict, verdict);
    assert.match(judged.stdout, /"policy": ?"working-tree"/);
  });
}

test('evidence that was measured under another policy is refused', async (t) => {
  const { root, run } = await proven(t);
  await writeFile(
    join(root, 'models/flights/model.yaml'),
    modelYaml({ gates: '{benchmark: [{metric: roc_auc, min: 0.1}]}' }),
  );

  const judged = await run('gate', '--evidence', 'out/evaluation.json');

  assert.equal(jsonOf(judged).error?.code, 'MW_EVIDENCE_MISMATCH');
  assert.match(judged.stdout, /model\.yaml \(task, evaluate or gates\) has changed since this evaluation/);
  assert.equal(judged.code, 2);
});

test('advisory evidence is refused unless somebody asks for it', async (t) => {
  const { run } = await proven(t, undefined, ['--advisory']);

  const refused = await run('gate', '--evidence', 'out/evaluation.json');
  const allowed = await run('gate', '--evidence', 'out/evaluation.json', '--allow-advisory');

  assert.equal(jsonOf(refused).error?.code, 'MW_EVIDENCE_ADVISORY');
  assert.equal(allowed.code, 0);
});

test('a file that is no evidence is refused without echoing it', async (t) => {
  const { root, run } = await proven(t);
  await mkdir(join(root, 'bad'));
  await writeFile(join(root, 'bad/evaluation.json'), '{"_type": "<script>"}');

  const judged = await run('gate', '--evidence', 'bad/evaluation.json');

  assert.equal(jsonOf(judged).error?.code, 'MW_EVIDENCE_INVALID');
  assert.doesNotMatch(judged.stderr, /script/);
});

test('the report is Markdown on stdout, in the job summary, and a file on demand', async (t) => {
  const { root } = await proven(t);
  const summary = join(root, 'summary.md');
  const outputs = join(root, 'outputs');

  await writeFile(summary, '');
  await writeFile(outputs, '');

  const ran = await execute(
    process.execPath,
    [MAIN, 'report', '--evidence', 'out/evaluation.json', '--training', 'out/training.json'],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        GITHUB_ACTIONS: 'true',
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: outputs,
      },
    },
  );

  assert.match(ran.stdout, /roc_auc/);
  assert.match(await readFile(summary, 'utf8'), /roc_auc/);
  assert.match(await readFile(outputs, 'utf8'), /^verdict<<(\S+)\npass\n\1\n/);
});

test('posting needs a token and a pull request', async (t) => {
  const { run } = await proven(t);

  const ran = await run('report', '--evidence', 'out/evaluation.json', '--post');

  assert.equal(jsonOf(ran).error?.code, 'MW_USAGE');
});

test('a proven merge becomes a version in production, with a ledger that verifies; again changes nothing', async (t) => {
  const { root, store, run } = await proven(t);

  const first = await run('promote', '--store', store, '--actor', 'ada');
  const again = await run('promote', '--store', store, '--actor', 'ada');
  const ledger = await run('ledger', 'verify');

  assert.equal(first.code, 0, first.stderr);
  const [model] = jsonOf(first).models as { version: string; stage: string }[];
  assert.deepEqual([model?.version, model?.stage], ['v0.0.1', 'production']);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual((await git(root, 'tag', '--list')).split('\n'), [
    'flights#production#1',
    'flights@v0.0.1',
  ]);
  assert.deepEqual([ledger.code, jsonOf(ledger).entries], [0, 1]);
});

test('the next evaluation is compared with the version in production, found by its tags', async (t) => {
  const { store, dataStore, run } = await proven(t);
  await run('promote', '--store', store);

  const evaluated = await run(
    ...[
      'evaluate',
      '--model',
      'flights',
      '--candidate',
      'out/model.onnx',
      '--store',
      store,
      '--data-store',
      dataStore,
    ],
  );

  assert.equal((jsonOf(evaluated).champion as { version: string }).version, 'v0.0.1', evaluated.stderr);
});

test('a merge that failed a gate, or that nobody evaluated, promotes nothing', async (t) => {
  const failing = await proven(t, '{benchmark: [{metric: roc_auc, min: 0.8}]}');
  const unproven = await modelRepository(t, { 'models/flights/model.yaml': modelYaml({ command: 'true' }) });
  await unproven.change({ 'models/flights/model.yaml': modelYaml() });

  const failed = await failing.run('promote', '--store', failing.store);
  const unknown = await mergeway(['promote', '--store', unproven.store, '--json'], { cwd: unproven.root });

  assert.deepEqual([failed.code, jsonOf(failed).verdict], [1, 'fail'], failed.stderr);
  assert.deepEqual([unknown.code, jsonOf(unknown).verdict], [3, 'inconclusive'], unknown.stderr);
  assert.equal(await git(failing.root, 'tag', '--list'), '');
});

test('a ledger file with a changed entry is broken, exit code 1', async (t) => {
  const { root, store, run } = await proven(t);
  await run('promote', '--store', store);
  const message = await git(root, 'tag', '--list', '--format=%(contents)', 'flights#production#1');
  const entry =
    message
      .split('\n')
      .find((line) => line.includes('"sequence"'))
      ?.replace(/^[^{]*/, '') ?? '';
  await writeFile(join(root, 'good.jsonl'), `${entry}\n`);
  await writeFile(join(root, 'bad.jsonl'), `${entry.replace('"mergeway"', '"mallory"')}\n`);

  const good = await run('ledger', 'verify', '--file', 'good.jsonl');
  const bad = await run('ledger', 'verify', '--file', 'bad.jsonl');

  assert.deepEqual([good.code, jsonOf(good).ok], [0, true], good.stderr);
  assert.deepEqual([bad.code, jsonOf(bad).what], [1, 'hash'], bad.stderr);
});

test('the first commit of a repository is judged by its own policy', async (t) => {
  const repository = await modelRepository(t);
  const { root, store, dataStore } = repository;
  const run = (...args: readonly string[]) => mergeway(args, { cwd: root });
  await run('train', '--model', 'flights', '--out', 'out');
  await run(
    ...['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--training', 'out/training.json'],
    ...['--store', store, '--data-store', dataStore],
  );

  const first = await run('promote', '--store', store);
  const again = await run('promote', '--store', store);

  assert.match(first.stderr, /is the first commit: no policy is from before it/);
  assert.match(first.stdout, /^flights: promoted: v0\.0\.1 holds production/);
  assert.match(again.stdout, /^flights: already promoted: v0\.0\.1 was given production/);
});

test('a shallow clone has no first commit: its policy from before must be fetched', async (t) => {
  const { root, store } = await proven(t);
  const clone = join(await temporaryFolder(t), 'clone');
  await git(root, 'clone', '--quiet', '--depth=1', `file://${root}`, clone);

  const ran = await mergeway(['promote', '--store', store, '--json'], { cwd: clone });

  assert.equal(jsonOf(ran).error?.code, 'MW_COMMIT_NOT_FOUND', ran.stderr);
});

test('an evaluation that does not fit any more says what differs, and the way out', async (t) => {
  const fresh = await modelRepository(t, { 'models/flights/model.yaml': modelYaml({ command: 'true' }) });
  await fresh.change({ 'models/flights/model.yaml': modelYaml() });
  const inFresh = (...args: readonly string[]) => mergeway(args, { cwd: fresh.root });
  await writeFile(join(fresh.root, 'other.onnx'), identityModel('double'));
  await inFresh('train', '--model', 'flights', '--out', 'out');
  const evaluated = await inFresh(
    ...['evaluate', '--model', 'flights', '--candidate', 'out/model.onnx', '--training', 'out/training.json'],
    ...['--champion', 'other.onnx', '--store', fresh.store, '--data-store', fresh.dataStore],
  );
  assert.equal(evaluated.code, 0, evaluated.stderr);

  const refused = await inFresh('promote', '--store', fresh.store);

  assert.equal(refused.code, 3);
  assert.match(refused.stdout, /measured against unregistered \(sha256:[0-9a-f]+\), production is none/);
  assert.match(refused.stdout, /run `mergeway evaluate` with --training and --store/);
});
