import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { seededRandom } from '#core/chance.ts';
import { MergewayError } from '#core/errors.ts';
import type { PredictionsReport, PredictionsRequest } from '#core/flows/evaluate-predictions.ts';
import { evaluateManyPredictions } from '#core/flows/stream-predictions.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const IN_ORDER = new Set(['median_absolute_error', 'd2_absolute_error_score']);

const HEAD = 'y,p,n,w,sex,age,margin';

for (const { name, request } of [
  { name: 'binary', request: {} },
  { name: 'binary by group', request: { by: ['sex'] } },
  { name: 'binary, weighted, by intersection', request: { by: ['sex', 'age'], weight: 'w', threshold: 0.4 } },
  { name: 'margins that are no probabilities', request: { score: ['margin'], threshold: 0, by: ['age'] } },
  { name: 'labels as text', request: { label: 'text' } },
  { name: 'numbers', request: { task: 'regression', label: 'n' } },
  {
    name: 'numbers, weighted, by group',
    request: { task: 'regression', label: 'n', weight: 'w', by: ['sex'] },
  },
] satisfies readonly { name: string; request: Partial<PredictionsRequest> }[]) {
  test(`${name}: rows that stream by have the values of rows that are held`, async (t) => {
    const path = await file(t, `${HEAD},text\n${randomRows(500).join('\n')}\n`);

    const held = await run(path, request, 500);
    const streamed = await run(path, request, 0);

    assertSame(streamed, held);
    assert.ok(Object.values(streamed.metrics).some((value) => value !== null));
  });
}

for (const { name, rows } of [
  { name: 'one class', rows: ['1,.5,0,1,f,1,0', '1,.7,0,1,m,1,0'] },
  { name: 'all rows tied', rows: ['1,.5,0,1,f,1,0', '0,.5,0,1,m,1,0', '0,.5,0,1,,1,0'] },
  { name: 'a weight of nothing', rows: ['1,.5,2,0,f,1,0', '0,.4,0,1,m,1,0'] },
  { name: 'one row', rows: ['1,.5,3,1,f,1,0'] },
]) {
  for (const task of ['binary-classification', 'regression'] as const) {
    test(`${name}, ${task}: what is undefined is so for the same reason`, async (t) => {
      const path = await file(t, `${HEAD}\n${rows.join('\n')}\n`);
      const request = { task, label: task === 'regression' ? 'n' : 'y', weight: 'w', by: ['sex'] };

      assertSame(await run(path, request, 0), await run(path, request, 100));
    });
  }
}

test('rows more than are held stream by, and fewer are held', async (t) => {
  const path = await file(t, `${HEAD}\n1,.5,0,1,f,1,0\n0,.4,0,1,m,1,0\n`);
  const said: string[] = [];

  for (const most of [1, 2]) await run(path, {}, most, said);

  assert.deepEqual(said, ['measured 2 rows', 'read 2 rows']);
});

for (const { name, csv, request } of [
  { name: 'a missing score', csv: 'y,p\n1,.5\n0,\n', request: {} },
  { name: 'scores that are NaN or empty', csv: 'y,p\n1,.5\n0,nan\n1,\n0,nan\n', request: {} },
  { name: 'text where a score belongs', csv: 'y,p\n1,high\n0,0.5\n', request: {} },
  { name: 'a label that is neither', csv: 'y,p\n2,.5\n0,.5\n2,.5\n', request: {} },
  { name: 'a missing label', csv: 'y,p\n1,.5\n,.5\n', request: {} },
  { name: 'a missing number', csv: 'y,p\n1,.5\n,.5\n', request: { task: 'regression' } },
  { name: 'a negative weight', csv: 'y,p,w\n1,.5,1\n0,.5,-1\n', request: { weight: 'w' } },
  { name: 'weights of nothing', csv: 'y,p,w\n1,.5,0\n0,.5,0\n', request: { weight: 'w' } },
  { name: 'a column that is not there', csv: 'y,p\n1,.5\n', request: { score: ['q'] } },
] satisfies readonly { name: string; csv: string; request: Partial<PredictionsRequest> }[]) {
  test(`refuses ${name} in the same words`, async (t) => {
    const path = await file(t, csv);
    const [held, streamed] = [await refusalOf(path, request, 100), await refusalOf(path, request, 0)];

    assert.deepEqual(streamed, held);
  });
}

test('a number in a spelling that only cells are read in is refused, never left out of the sums', async (t) => {
  const path = await file(t, 'y,p\n1,0o1\n0,0.5\n');

  assert.equal((await run(path, {}, 100)).rows, 2);
  await assert.rejects(run(path, {}, 0), {
    code: 'MW_ROWS_INVALID',
    message: /not written as a plain number/,
  });
});

/** With ties, missing groups and weights of nothing. */
function randomRows(rows: number): readonly string[] {
  const random = seededRandom('streamed');
  return Array.from({ length: rows }, () => {
    const score = Math.round(random.next() * 40) / 40;
    const label = random.next() < score ? 1 : 0;
    const sex = ['f', 'm', ''][Math.floor(random.next() * 3)];
    const age = 20 + 10 * Math.floor(random.next() * 3);
    const weight = Math.round(random.next() * 10) / 4;
    return [label, score, 1e6 + random.next(), weight, sex, age, score * 4 - 2, label ? 'TRUE ' : 'no'].join(
      ',',
    );
  }).map((line) => line.replace('TRUE ', 'True').replace(/no$/, 'False'));
}

/** Two metrics of numbers need the rows in order, and are null where they stream. */
function assertSame(streamed: PredictionsReport, held: PredictionsReport): void {
  // Which of the scores outside 0 to 1 is named depends on the order.
  const round = (value: unknown) => {
    if (typeof value === 'string') return value.replace(/: \S+ is outside/, ': one is outside');
    return typeof value === 'number' ? Number(value.toPrecision(9)) : value;
  };
  const rounded = (report: PredictionsReport) =>
    JSON.parse(JSON.stringify(report, (key, value) => (IN_ORDER.has(key) ? undefined : round(value))));
  assert.deepEqual(rounded(streamed), rounded(held));
}

async function refusalOf(path: string, request: Partial<PredictionsRequest>, most: number) {
  try {
    await run(path, request, most);
  } catch (error) {
    assert.ok(error instanceof MergewayError, String(error));
    return { code: error.code, message: error.message };
  }
  throw new Error('nothing was refused');
}

async function file(t: TestContext, csv: string): Promise<string> {
  const path = join(await temporaryFolder(t), 'predictions.csv');
  await writeFile(path, csv);
  return path;
}

function run(path: string, request: Partial<PredictionsRequest>, most: number, said: string[] = []) {
  return evaluateManyPredictions(
    { table: duckdbTable(), progress: { say: (text) => said.push(text) } },
    { paths: [path], task: 'binary-classification', label: 'y', score: ['p'], ...request },
    most,
  );
}
