/** A model with features: what `mergeway train` hands to the command, and what `mergeway evaluate` lets candidate and champion read. */

import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { type EvaluationPredicate, evaluationEvidence } from '#core/evidence/evaluation.ts';
import { parseEvidence } from '#core/evidence/statement.ts';
import { partName } from '#core/predictions/part-name.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { type FeatureRepository, featureRepository, hour, xOf } from '#test/support/feature-repository.ts';
import { parquetFiles, valuesSql } from '#test/support/features.ts';
import { temporaryFolder } from '#test/support/folder.ts';

/** Keeps the data that it is given in the home folder. */
const KEEPS_DATA = `cp model.bin "$MERGEWAY_OUT/model.onnx" && cp "$(echo "$MERGEWAY_DATA" | sed 's/.*:"//; s/".*//')" "$HOME/data.parquet"`;

test('training gets every lock joined with the features: its columns first, nulls filled', async (t) => {
  const { root } = await featureRepository(t, { command: KEEPS_DATA });
  const home = await temporaryFolder(t);

  const ran = await mergeway(['train', '--model', 'flights', '--out', 'out'], {
    cwd: root,
    env: { HOME: home },
  });

  assert.equal(ran.code, 0, ran.stderr);
  assert.match(
    ran.stderr,
    /joining 1 feature of v1 to data\/train\.lock by at\n.*joined 4 rows of data\/train\.lock in \d+\.\d s/s,
  );
  const table = await duckdbTable().open([join(home, 'data.parquet')]);
  t.after(() => table.close());
  const rows = [1, 2, 3, 90].map((h) => ({
    id: h,
    origin: 'JFK',
    at: hour(h),
    late: h % 2 === 0 ? 1 : 0,
    score: 1 - xOf(h),
  }));
  assert.deepEqual(await table.query('SELECT * FROM data'), rows);
});

test('other definitions are other inputs: the candidate of the old ones is not taken for them', async (t) => {
  const { root, store, head, base } = await featureRepository(t);
  const train = async (commit: string) =>
    jsonOf(
      await mergeway(
        ['train', '--model', 'flights', '--commit', commit, '--store', store, '--out', 'out', '--json'],
        { cwd: root },
      ),
    );

  const [first, again, other] = [await train(base), await train(base), await train(head)];

  assert.deepEqual([first.reused, again.reused, other.reused], [false, true, false]);
});

test('candidate and champion read the same rows, each with the features of its own commit', async (t) => {
  const repository = await featureRepository(t);

  const { features, champion, holdout, metrics } = await evaluated(repository);

  assert.equal(champion?.version, 'v0.0.1');
  assert.equal(holdout.rows, 300);
  // The candidate scores by x, the champion by 1 − x: its order is the other way round.
  const auc = metrics.find(({ metric }) => metric === 'roc_auc');
  assert.equal(auc?.candidate.point, 0.6);
  assert.ok(Math.abs(Number(auc?.champion?.point) - 0.4) < 1e-12);
  assert.notEqual(features?.candidate?.digest, features?.champion?.digest);
});

test("the champion gets the head's weather, and its own file of what the head has no more", async (t) => {
  const repository = await featureRepository(t);

  const { features } = await evaluated(repository);

  const paths = (of: 'candidate' | 'champion') => features?.[of]?.sources.map(({ path }) => path);
  assert.deepEqual(paths('candidate'), ['data/weather.lock']);
  assert.deepEqual(paths('champion'), ['data/extra.csv', 'data/weather.lock']);
  const weather = (of: 'candidate' | 'champion') =>
    features?.[of]?.sources.find(({ path }) => path === 'data/weather.lock')?.identity;
  assert.equal(weather('champion'), weather('candidate'));
});

test('an evaluation leaves nothing of the pull request behind', async (t) => {
  const repository = await featureRepository(t);
  const temporary = await temporaryFolder(t);
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  t.after(() => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  });

  await evaluated(repository);

  assert.deepEqual(await readdir(temporary), []);
});

test('definitions of the working tree count without --head', async (t) => {
  const repository = await featureRepository(t);
  const { root, dataStore } = repository;

  const ran = await mergeway(
    [
      'evaluate',
      '--model',
      'flights',
      '--candidate',
      'model.bin',
      '--data-store',
      dataStore,
      '--champion',
      'model.bin',
    ],
    { cwd: root },
  );

  // The weather of the base ends where the holdout begins: all scores are the default, but for the first three hours.
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /roc_auc: 0\.5/);
});

/** A log of the version in production: 4,000 predictions of the champion's only feature, each moved by `error`. */
async function predictionLog(t: TestContext, error: number): Promise<string> {
  const log = await temporaryFolder(t);
  const from = Date.UTC(2013, 0, 2);
  const part = join(log, partName({ ...PART, from, to: from + 48 * 3_600_000 }));
  await mkdir(dirname(part), { recursive: true });
  const rows = Array.from({ length: 4000 }, (_, index) => {
    const h = 24 + (index % 48);
    return [`w-${index}`, 0, 'v0.0.1', hour(h), 'JFK', 1 - xOf(h) + error];
  });
  const folder = await parquetFiles(t, {
    part: valuesSql(
      {
        prediction_id: 'VARCHAR',
        row: 'INTEGER',
        version: 'VARCHAR',
        event_time: 'TIMESTAMP',
        'entity.origin': 'VARCHAR',
        'feature.score': 'DOUBLE',
      },
      rows,
    ),
  });
  await copyFile(join(folder, 'part.parquet'), part);
  return log;
}

const PART = { kind: 'predictions', model: 'flights', day: '2013-01-04', writer: 'w', sequence: 1 } as const;

for (const { name, error, verdict } of [
  { name: 'as the definitions say passes', error: 0, verdict: 'pass' },
  { name: 'otherwise fails', error: 0.5, verdict: 'fail' },
]) {
  test(`the skew gate: a champion that was served ${name}`, async (t) => {
    const repository = await featureRepository(t, { gates: '{skew: {}}' });
    const log = await predictionLog(t, error);

    const { skew } = await evaluated({ ...repository, head: repository.base }, '--prediction-log', log);

    assert.equal(skew?.rows, 4000);
    assert.equal(skew.version, 'v0.0.1');
    const gate = await mergeway(['gate', '--evidence', 'out/evaluation.json', '--json'], {
      cwd: repository.root,
    });
    assert.equal(jsonOf(gate).verdict, verdict, gate.stdout);
  });
}

test('the skew gate: what the pull request makes otherwise is not held against the log', async (t) => {
  const repository = await featureRepository(t, { gates: '{skew: {}}' });

  const { skew } = await evaluated(repository, '--prediction-log', await predictionLog(t, 0));

  assert.deepEqual(
    skew?.features.map(({ column, leftOut }) => [column, leftOut?.because]),
    [['x', 'changed']],
  );
});

test('the skew gate: without a log there is nothing in the evidence, and the gate could not tell', async (t) => {
  const repository = await featureRepository(t, { gates: '{skew: {}}' });

  const { skew } = await evaluated(repository);

  assert.equal(skew, undefined);
  const gate = await mergeway(['gate', '--evidence', 'out/evaluation.json', '--json'], {
    cwd: repository.root,
  });
  assert.equal(gate.code, 3, gate.stdout);
});

test('the skew gate: a log that can not be read could not tell, and stops nothing', async (t) => {
  const repository = await featureRepository(t, { gates: '{skew: {}}' });
  const log = await predictionLog(t, 0);
  const broken = join(log, partName({ ...PART, from: 0, to: 1 }));
  await writeFile(broken, 'no parquet');

  const { skew } = await evaluated({ ...repository, head: repository.base }, '--prediction-log', log);

  assert.match(skew?.note ?? '', /^the prediction log could not be compared \(MW_TABLE_UNREADABLE\)/);
});

async function evaluated(
  { root, dataStore, head }: FeatureRepository,
  ...more: readonly string[]
): Promise<EvaluationPredicate> {
  const ran = await mergeway(
    [
      ...['evaluate', '--model', 'flights', '--candidate', 'model.bin', '--champion', 'model.bin'],
      ...['--champion-version', 'v0.0.1', '--head', head, '--data-store', dataStore],
      ...['--out', 'out/evaluation.json', ...more],
    ],
    { cwd: root },
  );
  assert.equal(ran.code, 0, ran.stderr);
  const bytes = await readFile(join(root, 'out/evaluation.json'));
  return parseEvidence(evaluationEvidence, bytes, 'evaluation.json').predicate;
}

test('validating a model says what its features name and is not there', async (t) => {
  const { root } = await featureRepository(t);
  await rm(join(root, 'data/extra.csv'));

  const ran = await mergeway(['validate', '--model', 'flights', '--json'], { cwd: root });

  assert.equal(jsonOf(ran).error?.code, 'MW_CONFIG_MISSING');
  assert.match(
    ran.stdout,
    /features\/flights\.yaml:10 source\.path: there is no data file or lock data\/extra\.csv/,
  );
});
