import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { predictionsArchive } from '#adapters/predictions-archive/archive.ts';
import { digestOf } from '#core/digest.ts';
import { evaluateManyPredictions } from '#core/flows/stream-predictions.ts';
import type { KeptPredictions } from '#core/ports/predictions-archive.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const OF = digestOf('model on holdout');
const kept: KeptPredictions = {
  keys: ['a', 'b', '9007199254740993'],
  labels: [1, 0, 1],
  width: 2,
  scores: Float64Array.of(0.1, 0.9, 0.75, 0.25, 1 / 3, 2 / 3),
};

for (const labels of [
  [1, 0, 1],
  [true, false, null],
  ['car', 'boat', null],
] as const) {
  test(`what is kept comes back as it was: labels ${labels.join(', ')}`, async (t) => {
    const { archive } = await archiveIn(t);

    const file = await archive.keep(OF, { ...kept, labels });
    const found = await archive.find(OF);

    assert.deepEqual(found, { file, predictions: { ...kept, labels } });
    assert.equal(file?.rows, 3);
    assert.equal(await archive.find(digestOf('another')), undefined);
  });
}

test('a kept file is measured like any other', async (t) => {
  const { archive, artifacts, folder } = await archiveIn(t);
  const file = await archive.keep(OF, kept);
  const path = join(folder, 'kept.parquet');
  await writeFile(path, await artifacts.get(file?.digest ?? OF));

  const report = await evaluateManyPredictions(
    { table: duckdbTable(), progress: { say: () => {} } },
    { paths: [path], task: 'binary-classification', label: 'label', score: ['score_1'] },
  );

  assert.equal(report.metrics.accuracy, 1);
});

test('too many scores are not kept, and not read', async (t) => {
  const { archive, artifacts, folder } = await archiveIn(t);
  const small = predictionsArchive({ artifacts, table: duckdbTable(), folder, mostScores: 5 });

  assert.equal(await small.keep(OF, kept), undefined);
  await archive.keep(OF, kept);
  await assert.rejects(small.find(OF), { code: 'MW_ARTIFACT_TOO_LARGE', message: /has 6 scores, at most 5/ });
});

test('keys that grow when they are unpacked are refused before', async (t) => {
  const { archive, artifacts, folder } = await archiveIn(t);
  const file = await archive.keep(OF, { ...kept, keys: ['a', 'b', 'c'].map((key) => key.repeat(10_000)) });
  const small = predictionsArchive({ artifacts, table: duckdbTable(), folder, mostBytes: 10_000 });

  assert.ok(Number(file?.bytes) < 10_000, `${file?.bytes}`);
  await assert.rejects(small.find(OF), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: /has 3000\d bytes of keys and labels/,
  });
});

for (const { name, bytes, most, code } of [
  { name: 'bytes that are no Parquet', bytes: 'PAR1 or so', most: 1000, code: 'MW_TABLE_UNREADABLE' },
  { name: 'a file beyond the limit', bytes: 'x'.repeat(1001), most: 1000, code: 'MW_ARTIFACT_TOO_LARGE' },
]) {
  test(`refuses ${name}`, async (t) => {
    const { artifacts, folder } = await archiveIn(t);
    await artifacts.put(new TextEncoder().encode(bytes), {
      mediaType: 'application/vnd.apache.parquet',
      annotations: { 'dev.mergeway.predictions-of': OF },
    });
    const archive = predictionsArchive({ artifacts, table: duckdbTable(), folder, mostBytes: most });

    await assert.rejects(archive.find(OF), { code });
  });
}

test('refuses a score that is no number', async (t) => {
  const { archive } = await archiveIn(t);
  await archive.keep(OF, {
    ...kept,
    scores: kept.scores.map((score, place) => (place === 3 ? Number.NaN : score)),
  });

  await assert.rejects(archive.find(OF), {
    code: 'MW_EVIDENCE_INVALID',
    message: /row 2 has no score in score_1/,
  });
});

async function archiveIn(t: TestContext) {
  const folder = await temporaryFolder(t);
  const artifacts = memoryArtifactStore();
  return { archive: predictionsArchive({ artifacts, table: duckdbTable(), folder }), artifacts, folder };
}
