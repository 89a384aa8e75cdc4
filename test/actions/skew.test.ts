/** `mergeway skew` on plain files: parts of a log, definitions and sources in, verdict and causes out. */

import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf, hexOf } from '#core/digest.ts';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { parquetFiles } from '#test/support/features.ts';
import { DEFINITIONS, type Fault, serve, skewFiles } from '#test/support/skew.ts';

async function skew(t: TestContext, fault: Fault, ...more: readonly string[]): Promise<Ran> {
  const { folder } = await skewFiles(t, serve(fault));
  await writeFile(join(folder, 'features.yaml'), DEFINITIONS);
  await writeFile(join(folder, 'model.yaml'), MODEL);
  return mergeway(
    [
      ...['skew', '--predictions', 'log.parquet', '--definitions', 'features.yaml', '--service', 'v1'],
      ...['--model-yaml', 'model.yaml', ...more],
    ],
    { cwd: folder },
  );
}

const MODEL = `name: flights
task: binary-classification
inputs: {code: [a], data: [a.lock]}
train: {command: "true"}
evaluate: {data: h.lock, key: id, label: late, predict: {output: y}}
serve: {defaults: {gust: 0, mean_delay: 7}}
`;

test('a log without skew passes, and the numbers are printed', async (t) => {
  const ran = await skew(t, {});

  assert.equal(ran.code, 0, ran.stderr);
  assert.match(
    ran.stdout,
    /^no skew: 0 % \[0 %, 0\.09\d+ %\] of the values differ, wanted at most 0\.1000 %\n/,
  );
  assert.match(
    ran.stdout,
    /\n4,000 rows of v1, 2013-06-01T.* to 2013-06-10T.*; 7 features compared, 0 differ/,
  );
});

test('skew fails, with the column, the cause and rows to look at', async (t) => {
  const ran = await skew(t, { defaults: { gust: 25 } });

  assert.equal(ran.code, 1, ran.stderr);
  assert.match(ran.stdout, /^skewed: /);
  assert.match(
    ran.stdout,
    /\n {2}gust: \d+\.\d+ %, transformation: a default is filled differently: served 25/,
  );
  assert.match(
    ran.stdout,
    /\n {2}gust of w-\d+\[0\] at .* \(origin = \w{3}, carrier = \w\w\): served 25, offline 0/,
  );
});

test('a version that served nothing could not be told, and is no pass', async (t) => {
  assert.equal((await skew(t, {}, '--version', 'v9.9.9')).code, 3);
});

test('scripts get the same as one object', async (t) => {
  const ran = await skew(t, { defaults: { gust: 25 } }, '--json');

  const { verdict, features } = jsonOf(ran) as unknown as {
    readonly verdict: string;
    readonly features: readonly {
      readonly column: string;
      readonly cause: { readonly name: string } | null;
    }[];
  };
  assert.equal(verdict, 'fail');
  assert.equal(features.find(({ column }) => column === 'gust')?.cause?.name, 'transformation');
});

test('a tolerance of one column excuses that column', async (t) => {
  const warmer: Fault = {
    change: (row) => {
      const { temp } = row.features;
      return { ...row, features: { ...row.features, temp: temp == null ? null : Number(temp) * 1.01 } };
    },
  };

  assert.equal((await skew(t, warmer)).code, 1);
  assert.equal((await skew(t, warmer, '--tolerance', 'temp=0.02')).code, 0);
});

test('a log is given as its folder, whose parts lie in folders by day', async (t) => {
  const { folder } = await skewFiles(t, serve({}));
  await writeFile(join(folder, 'features.yaml'), DEFINITIONS);
  await writeFile(join(folder, 'model.yaml'), MODEL);
  await mkdir(join(folder, 'log/2013-06-01'), { recursive: true });
  await rename(join(folder, 'log.parquet'), join(folder, 'log/2013-06-01/part.parquet'));
  const definitions = ['--definitions', 'features.yaml', '--service', 'v1', '--model-yaml', 'model.yaml'];

  const ran = await mergeway(['skew', '--predictions', 'log', ...definitions], { cwd: folder });

  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /\n4,000 rows of v1/);
});

test('too few rows could not tell: exit code 3', async (t) => {
  const ran = await skew(t, {}, '--rows', '200');

  assert.equal(ran.code, 3, ran.stderr);
  assert.match(ran.stdout, /^could not tell: .*\n200 rows/);
});

test('a source can be put in the place of the one that is named', async (t) => {
  const ran = await skew(
    t,
    {},
    '--source',
    'weather=weather.parquet',
    '--source',
    'arrivals=arrivals.parquet',
  );

  assert.equal(ran.code, 0, ran.stderr);
});

test('rows that arrived after a lock are read with it, from the folder that it names', async (t) => {
  const { folder } = await skewFiles(t, serve({}));
  await mkdir(join(folder, 'store/parts'), { recursive: true });
  await rename(join(folder, 'weather.parquet'), join(folder, 'store/parts/weather.parquet'));
  const first = await parquetFiles(t, {
    weather: `SELECT * FROM '${join(folder, 'store/parts/weather.parquet')}' WHERE time < TIMESTAMP '2013-06-02'`,
  });
  await copyFile(join(first, 'weather.parquet'), join(folder, 'weather.parquet'));
  const sha256 = hexOf(digestOf(await readFile(join(folder, 'weather.parquet'))));
  const interval = 'interval: {from: 2013-06-01T00:00:00Z, to: 2013-06-02T00:00:00Z}';
  const lock = `uri: weather.parquet\nsha256: ${sha256}\n${interval}\n`;
  await writeFile(
    join(folder, 'features.yaml'),
    DEFINITIONS.replace('path: weather.parquet', 'path: weather.lock'),
  );
  await writeFile(join(folder, 'model.yaml'), MODEL);
  const run = async (text: string) => {
    await writeFile(join(folder, 'weather.lock'), text);
    const args = [
      '--definitions',
      'features.yaml',
      '--service',
      'v1',
      '--model-yaml',
      'model.yaml',
      '--json',
    ];
    const ran = await mergeway(['skew', '--predictions', 'log.parquet', '--data-store', 'store', ...args], {
      cwd: folder,
    });
    return jsonOf(ran) as unknown as { readonly rows: number; readonly verdict: string };
  };

  const alone = await run(lock);
  const live = await run(`${lock}source: {parts: "store:parts", time: time}\n`);

  assert.ok(alone.rows > 300 && alone.rows < 500, `${alone.rows} rows`);
  assert.deepEqual([live.rows, live.verdict], [4000, 'pass']);
});

for (const { args, code } of [
  { args: ['--max', '2'], code: 'MW_USAGE' },
  { args: ['--rows', 'many'], code: 'MW_USAGE' },
  { args: ['--tolerance', 'temp=', '--tolerance', '1'], code: 'MW_USAGE' },
  { args: ['--tolerance', 'temp=1', '--tolerance', '1'], code: 'MW_USAGE' },
  { args: ['--source', 'wether=x.parquet'], code: 'MW_USAGE' },
  { args: ['--predictions', 'none.parquet'], code: 'MW_FILE_MISSING' },
  { args: ['--service', 'v2'], code: 'MW_CONFIG_INVALID' },
  { args: ['--source', 'weather=none.parquet'], code: 'MW_TABLE_UNREADABLE' },
  { args: ['--source', 'weather=log.parquet'], code: 'MW_COLUMN_MISSING' },
  { args: ['--tolerance', 'tmp=0.1'], code: 'MW_USAGE' },
]) {
  test(`${args.join(' ')} is refused with ${code}`, async (t) => {
    const ran = await skew(t, {}, ...args, '--json');

    assert.equal(jsonOf(ran).error?.code, code);
  });
}
