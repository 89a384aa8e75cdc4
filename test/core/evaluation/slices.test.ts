import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { MergewayError } from '#core/errors.ts';
import { measureSlices, sliceFlags } from '#core/evaluation/slices.ts';
import type { BinaryPredictions } from '#core/metrics/predictions.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const task = 'binary-classification';
const candidate: BinaryPredictions = {
  task,
  labels: Uint8Array.of(1, 0, 1, 0),
  scores: Float64Array.of(0.9, 0.1, 0.4, 0.6),
  threshold: 0.5,
};
const champion = { ...candidate, scores: Float64Array.of(0.9, 0.1, 0.9, 0.1) };
const holdout = {
  rows: 4,
  groups: { sex: ['m', 'f', null, 'f'] },
  flags: { 'mergeway slice rich': Uint8Array.of(0, 0, 1, 1) },
};

test('each slice is measured on its own rows, named ones first, then each value of the groups', () => {
  const request = { slices: [{ name: 'rich', where: 'income > 100' }], groups: ['sex'] };

  const slices = measureSlices(request, holdout, { candidate, champion, seed: 'a' });

  assert.deepEqual(
    slices.map(({ name, where, rows }) => [name, where, rows]),
    [
      ['rich', 'income > 100', 2],
      ['sex = (missing)', undefined, 1],
      ['sex = f', undefined, 2],
      ['sex = m', undefined, 1],
    ],
  );
  // Of the rich the candidate gets both rows wrong, the champion none.
  const accuracy = slices[0]?.metrics.find(({ metric }) => metric === 'accuracy');
  assert.deepEqual(
    [accuracy?.candidate.point, accuracy?.champion?.point, accuracy?.difference?.point],
    [0, 1, -1],
  );
  assert.equal(accuracy?.difference?.reason, '2 rows are too few for an interval (20)');
});

test('a slice without rows is there, and says so', () => {
  const flags = { 'mergeway slice rich': new Uint8Array(4) };

  const [slice] = measureSlices(
    { slices: [{ name: 'rich', where: 'income > 100' }], groups: [] },
    { ...holdout, flags },
    { candidate, champion: null, seed: 'a' },
  );

  assert.equal(slice?.rows, 0);
  assert.ok(slice?.metrics.every(({ candidate: { point, reason } }) => point === null && reason));
});

test('of many groups the largest are measured', () => {
  const rows = 300;
  const many: BinaryPredictions = {
    task,
    labels: new Uint8Array(rows),
    scores: new Float64Array(rows),
    threshold: 0.5,
  };
  const city = Array.from({ length: rows }, (_, row) => (row < 150 ? 0 : row));

  const slices = measureSlices(
    { slices: [], groups: ['city'] },
    { rows, groups: { city }, flags: {} },
    { candidate: many, champion: null, seed: 'a' },
  );

  assert.equal(slices.length, 100);
  assert.deepEqual([slices[0]?.name, slices[0]?.rows], ['city = 0', 150]);
});

// DuckDB's own ILIKE does not come to an end here: it tries every place of each `%`.
test('a pattern of many wildcards takes no time', async (t) => {
  const text = 'a'.repeat(60);
  const table = await tableOf(t, `income,sex\n1,${text}\n200,${text}b\n`);

  const flags = await sliceFlags(table, [{ name: 'b', where: `sex ILIKE '${'%A'.repeat(12)}%b'` }]);

  const [counted] = await table.query(`SELECT count(*) AS rows FROM data WHERE ${Object.values(flags)[0]}`);
  assert.equal(Number(counted?.rows), 1);
});

for (const { name, where, code, says } of [
  {
    name: 'a column that is not there',
    where: 'incom > 3',
    code: 'MW_COLUMN_MISSING',
    says: /slice rich needs column `incom`; did you mean `income`/,
  },
  {
    name: 'values that do not compare',
    where: "income > 'a lot'",
    code: 'MW_TABLE_QUERY',
    says: /^slice rich: .*Could not convert/,
  },
]) {
  test(`refuses ${name}, naming the slice`, async (t) => {
    const table = await tableOf(t, 'income,sex\n1,f\n200,m\n');

    await assert.rejects(sliceFlags(table, [{ name: 'rich', where }]), (error) => {
      assert.ok(error instanceof MergewayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    });
  });
}

async function tableOf(t: TestContext, csv: string) {
  const path = join(await temporaryFolder(t), 'holdout.csv');
  await writeFile(path, csv);
  const table = await duckdbTable().open([path]);
  t.after(() => table.close());
  return table;
}
