/** A model with features: what `mergeway train` hands to the command, and what `mergeway evaluate` lets candidate and champion read. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { type EvaluationPredicate, evaluationEvidence } from '#core/evidence/evaluation.ts';
import { parseEvidence } from '#core/evidence/statement.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { type FeatureRepository, featureRepository, hour, xOf } from '#test/support/feature-repository.ts';
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

async function evaluated({ root, dataStore, head }: FeatureRepository): Promise<EvaluationPredicate> {
  const ran = await mergeway(
    [
      ...['evaluate', '--model', 'flights', '--candidate', 'model.bin', '--champion', 'model.bin'],
      ...['--champion-version', 'v0.0.1', '--head', head, '--data-store', dataStore],
      ...['--out', 'out/evaluation.json'],
    ],
    { cwd: root },
  );
  assert.equal(ran.code, 0, ran.stderr);
  const bytes = await readFile(join(root, 'out/evaluation.json'));
  return parseEvidence(evaluationEvidence, bytes, 'evaluation.json').predicate;
}
