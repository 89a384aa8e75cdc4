/** `mergeway evaluate`: candidate and champion on the holdout, and predictions of any framework. */

import assert from 'node:assert/strict';
import { access, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { evaluationEvidence } from '#core/evidence/evaluation.ts';
import { profileEvidence } from '#core/evidence/profile.ts';
import { type EvidenceKind, parseEvidence, subjectOf } from '#core/evidence/statement.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import {
  holdoutCsv,
  lock,
  type ModelRepository,
  modelRepository,
  modelYaml,
} from '#test/support/model-repository.ts';
import { externalDataModel, identityModel } from '#test/support/onnx.ts';

function evaluateArgs({ dataStore }: ModelRepository, ...more: readonly string[]): readonly string[] {
  return [
    'evaluate',
    '--model',
    'flights',
    '--candidate',
    'model.bin',
    '--data-store',
    dataStore,
    '--out',
    'out/evaluation.json',
    '--json',
    ...more,
  ];
}

test('an evaluation writes evidence about the candidate on the locked holdout', async (t) => {
  const repository = await modelRepository(t);

  const ran = await mergeway(evaluateArgs(repository), { cwd: repository.root });

  assert.equal(ran.code, 0, ran.stderr);
  const bytes = await readFile(join(repository.root, 'out/evaluation.json'));
  const { predicate } = parseEvidence(evaluationEvidence, bytes, 'evaluation.json');
  assert.equal(predicate.candidate, digestOf(identityModel('float')));
  assert.equal(predicate.holdout.rows, 300);
  assert.equal(predicate.origin, 'evaluation');
  assert.equal(predicate.champion, null);
  // Of the pairs of a positive row (scores 2, 4, 6, 8, 10 of 12) and a negative one (1, 3, 5, 7, 9): 15 of 25 are in order.
  const auc = predicate.metrics.find(({ metric }) => metric === 'roc_auc');
  assert.equal(auc?.candidate.point, 0.6);
});

test('the reference profile tells of every input, the scores and the metrics, without the rows', async (t) => {
  const repository = await modelRepository(t);

  const ran = await mergeway(evaluateArgs(repository, '--profile-out', 'out/profile.json'), {
    cwd: repository.root,
  });

  assert.equal(ran.code, 0, ran.stderr);
  const read = async <Predicate>(kind: EvidenceKind<Predicate>, name: string) =>
    parseEvidence(kind, await readFile(join(repository.root, 'out', name)), name);
  const evaluation = await read(evaluationEvidence, 'evaluation.json');
  const profile = await read(profileEvidence, 'profile.json');
  assert.equal(subjectOf(profile), subjectOf(evaluation));
  const { model, origin, data, columns, predictions, performance, labels } = profile.predicate;
  assert.deepEqual([model, origin, labels?.rows], ['flights', 'evaluation', 300]);
  assert.equal(data.digest, evaluation.predicate.holdout.digest);
  assert.deepEqual(
    columns.map(({ column }) => column),
    ['x'],
  );
  assert.ok(predictions?.kind === 'category' && predictions.rows === 300 && predictions.distinct === 10);
  const auc = performance.find(({ metric }) => metric === 'roc_auc');
  assert.deepEqual(auc?.point, evaluation.predicate.metrics[0]?.candidate.point);
});

test('a stored champion is compared with on the same rows', async (t) => {
  const repository = await modelRepository(t);
  const { root, store } = repository;
  const trained = jsonOf(
    await mergeway(['train', '--model', 'flights', '--out', 'trained', '--store', store, '--json'], {
      cwd: root,
    }),
  );

  const ran = await mergeway(
    evaluateArgs(
      repository,
      '--store',
      store,
      '--champion',
      String(trained.candidate),
      '--champion-version',
      'v0.0.1',
    ),
    { cwd: root },
  );

  assert.equal(ran.code, 0, ran.stderr);
  assert.deepEqual(jsonOf(ran).champion, { digest: trained.candidate, version: 'v0.0.1' });
});

test('a job that ran code of the pull request marks its evidence', async (t) => {
  const repository = await modelRepository(t);

  const ran = await mergeway(evaluateArgs(repository, '--advisory'), { cwd: repository.root });

  assert.equal(jsonOf(ran).origin, 'advisory', ran.stderr);
});

test('a new model is measured by the policy of its own commit', async (t) => {
  const repository = await modelRepository(t, { 'models/flights/model.yaml': 'gone: soon' });
  const head = await repository.change({});
  await repository.change({ 'models/flights/model.yaml': '', 'models/other/model.yaml': modelYaml() });

  const ran = await mergeway(evaluateArgs(repository, '--head', head), { cwd: repository.root });

  assert.equal(jsonOf(ran).error?.code, 'MW_CONFIG_INVALID');
});

test('a commit that trains on the holdout is refused before anything is measured', async (t) => {
  const repository = await modelRepository(t);
  const head = await repository.change({ 'data/train.lock': lock('training:copy.csv', holdoutCsv(300)) });
  await repository.change({});

  const ran = await mergeway(evaluateArgs(repository, '--head', head), { cwd: repository.root });

  assert.equal(jsonOf(ran).error?.code, 'MW_HOLDOUT_SEEN', ran.stderr);
});

test('the holdout of a named commit takes the place of the one that the policy names', async (t) => {
  const repository = await modelRepository(t);
  const { root, dataStore } = repository;
  const july = holdoutCsv(200);
  await writeFile(join(dataStore, 'july.csv'), july);
  const policy = await repository.change({});
  const ours = await repository.change({ 'data/holdout.lock': lock('store:july.csv', july) });
  const at = ['--head', ours, '--policy-ref', policy] as const;

  const theirs = await mergeway(evaluateArgs(repository, ...at), { cwd: root });
  const own = await mergeway(evaluateArgs(repository, ...at, '--holdout-ref', ours), { cwd: root });

  const rows = async (ran: typeof own) =>
    (jsonOf(ran).holdout as { readonly rows: number } | undefined)?.rows;
  assert.deepEqual([await rows(theirs), await rows(own)], [300, 200], own.stderr);
});

for (const { name, files, code, exit, rows } of [
  {
    name: 'a bad configuration',
    files: { 'models/flights/model.yaml': modelYaml().replace('label:', 'lable:') },
    code: 'MW_CONFIG_INVALID',
    exit: 2,
  },
  {
    name: 'a missing column',
    files: { 'models/flights/model.yaml': modelYaml().replace('label: late', 'label: delayed') },
    code: 'MW_COLUMN_MISSING',
    exit: 2,
  },
  {
    name: 'a corrupt ONNX file',
    files: { 'model.bin': identityModel('float').slice(0, 40) },
    code: 'MW_MODEL_INVALID',
    exit: 2,
  },
  {
    name: 'an ONNX file with external data outside',
    files: { 'model.bin': externalDataModel('../../../etc/passwd') },
    code: 'MW_MODEL_INVALID',
    exit: 2,
  },
  { name: 'an empty holdout', files: {}, rows: 0, code: 'MW_HOLDOUT_EMPTY', exit: 2 },
  {
    name: 'a holdout that is not what its lock promises',
    files: { 'data/holdout.lock': lock('store:holdout.csv', 'other') },
    code: 'MW_DATA_MISMATCH',
    exit: 4,
  },
  {
    name: 'a holdout that is not there',
    files: { 'data/holdout.lock': lock('store:other.csv', 'other') },
    code: 'MW_DATA_MISSING',
    exit: 2,
  },
  {
    name: 'a lock that climbs out of the store',
    files: { 'data/holdout.lock': lock('store:../holdout.csv', 'x') },
    code: 'MW_CONFIG_INVALID',
    exit: 2,
  },
]) {
  test(`${name} ends with ${code}, exit code ${exit}, and nothing written`, async (t) => {
    const repository = await modelRepository(t, files, rows);

    const ran = await mergeway(evaluateArgs(repository), { cwd: repository.root });

    assert.equal(jsonOf(ran).error?.code, code, ran.stderr);
    assert.equal(ran.code, exit);
    await assert.rejects(access(join(repository.root, 'out')));
    assert.doesNotMatch(ran.stderr, /\n\s+at /);
  });
}

test('a link in the data store that leads outside is refused', async (t) => {
  const repository = await modelRepository(t, {
    'data/holdout.lock': lock('store:link.csv', holdoutCsv(300)),
  });
  const outside = join(await temporaryFolder(t), 'holdout.csv');
  await writeFile(outside, holdoutCsv(300));
  await symlink(outside, join(repository.dataStore, 'link.csv'));

  const ran = await mergeway(evaluateArgs(repository), { cwd: repository.root });

  assert.equal(jsonOf(ran).error?.code, 'MW_DATA_MISSING');
});

test('predictions of any framework are measured without a repository, in the fixed shape', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'p.csv'), 'late,p,size\n1,0.9,a\n0,0.8,a\n1,0.7,b\n0,0.1,b\n');

  const ran = await mergeway(
    [
      'evaluate',
      '--predictions',
      'p.csv',
      '--task',
      'binary-classification',
      '--label',
      'late',
      '--score',
      'p',
      '--by',
      'size',
      '--json',
    ],
    { cwd: folder },
  );

  assert.equal(ran.code, 0, ran.stderr);
  const report = jsonOf(ran) as unknown as {
    rows: number;
    metrics: Record<string, number>;
    groups: { by: Record<string, string>; rows: number; metrics: Record<string, number> }[];
    fairness: Record<string, number>;
  };
  assert.equal(report.rows, 4);
  // 3 of the 4 pairs of a positive and a negative row are in order.
  assert.equal(report.metrics.roc_auc, 0.75);
  assert.deepEqual(
    report.groups.map(({ by, rows }) => [by.size, rows]),
    [
      ['a', 2],
      ['b', 2],
    ],
  );
  // At 0.5 all of a is selected and half of b.
  assert.equal(report.fairness.demographic_parity_difference, 0.5);
});

test('a threshold can be chosen, and what was chosen is told', async (t) => {
  const folder = await temporaryFolder(t);
  const lines = Array.from(
    { length: 200 },
    (_, row) => `${row % 3 === 0 ? 1 : 0},${((row * 37) % 100) / 100}`,
  );
  await writeFile(join(folder, 'p.csv'), ['late,p', ...lines, ''].join('\n'));
  const args = ['evaluate', '--predictions', 'p.csv', '--task', 'binary-classification'];
  const columns = ['--label', 'late', '--score', 'p', '--json'];

  const ran = await mergeway([...args, ...columns, '--threshold', 'max:f1'], { cwd: folder });
  const refused = await mergeway([...args, ...columns, '--threshold', 'max:recall'], { cwd: folder });

  const { rows, threshold } = jsonOf(ran) as unknown as {
    rows: number;
    threshold: { maximize: string; rows: number; value: number };
  };
  assert.equal(threshold.maximize, 'f1');
  assert.equal(rows + threshold.rows, 200);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /--threshold takes a number, or max: with one of accuracy, balanced_accuracy, f1/,
  );
});

test('groups of numbers are told without a heading for rates that they do not have', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'r.csv'), 'y,s,sex\n1,1.5,f\n2,2.5,f\n3,2,m\n5,4,m\n');
  const args = ['--task', 'regression', '--label', 'y', '--score', 's', '--by', 'sex'];

  const ran = await mergeway(['evaluate', '--predictions', 'r.csv', ...args], { cwd: folder });

  assert.match(ran.stdout, /^sex = m: 2 rows$/m);
  assert.doesNotMatch(ran.stdout, /between the groups/);
});

test('lists of a ranking are measured without a repository', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'r.csv'), 'q,rel,s\n1,0,0.9\n1,1,0.5\n2,3,0.4\n2,0,0.1\n');
  const args = ['--task', 'ranking', '--label', 'rel', '--score', 's', '--query', 'q', '--json'];

  const ran = await mergeway(['evaluate', '--predictions', 'r.csv', ...args], { cwd: folder });

  const { metrics } = jsonOf(ran) as unknown as { metrics: Record<string, number> };
  assert.equal(metrics.mean_reciprocal_rank, (1 / 2 + 1) / 2);
  assert.equal(metrics.ndcg, (1 / Math.log2(3) + 1) / 2);
});

test('predictions without a task are refused with the usage', async () => {
  const ran = await mergeway(['evaluate', '--predictions', 'p.csv', '--json']);

  assert.equal(ran.code, 2);
  assert.equal(jsonOf(ran).error?.code, 'MW_USAGE');
});

for (const { args, message } of [
  { args: ['--predictions', 'p.csv', '--out', 'x.json'], message: /--out does not go with --predictions/ },
  { args: ['--predictions', 'p.csv', '--advisory'], message: /--advisory does not go with --predictions/ },
  { args: ['--model', 'm', '--candidate', 'x', '--query', 'q'], message: /--query means nothing without/ },
  { args: ['--model', 'm', '--candidate', 'x', '--by', 'sex'], message: /--by means nothing without/ },
]) {
  test(`evaluate ${args.join(' ')} is refused: nothing is ignored in silence`, async () => {
    const { code, stderr } = await mergeway(['evaluate', ...args]);

    assert.equal(code, 2);
    assert.match(stderr, message);
  });
}
