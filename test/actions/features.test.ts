/** `mergeway features join` on plain files: labels, definitions and sources in, Parquet out. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { ERRORS } from '#core/errors.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const DEFINITIONS = `entities: [{name: airport, join_keys: [origin]}]
feature_views:
  - name: weather
    entities: [airport]
    source: {path: data/weather.lock, timestamp_field: time}
    ttl: 1h
    schema: [{name: temp, dtype: Float64}]
on_demand: [{name: cold, expr: temp < 0.0, dtype: Bool}]
feature_services: [{name: flights_v1, features: [weather, cold]}]
`;

const WEATHER = 'origin,time,temp\nJFK,2013-06-01T10:00:00Z,-1.5\nJFK,2013-06-01T11:00:01Z,9\n';

async function repository(t: TestContext): Promise<string> {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, 'features'));
  await mkdir(join(cwd, 'data'));
  await writeFile(join(cwd, 'features/flights.yaml'), DEFINITIONS);
  await writeFile(join(cwd, 'data/weather.csv'), WEATHER);
  const sha256 = createHash('sha256').update(WEATHER).digest('hex');
  await writeFile(join(cwd, 'data/weather.lock'), `uri: data/weather.csv\nsha256: ${sha256}\n`);
  await writeFile(
    join(cwd, 'labels.csv'),
    'id,origin,event_timestamp\n1,JFK,2013-06-01T11:00:00Z\n2,JFK,2013-06-01T11:00:00.5Z\n',
  );
  return cwd;
}

const JOIN = [
  'features',
  'join',
  '--entities',
  'labels.csv',
  '--service',
  'flights_v1',
  '--definitions',
  'features/flights.yaml',
];

test('labels get the features of their time, as a Parquet file', async (t) => {
  const cwd = await repository(t);

  const ran = await mergeway([...JOIN, '--out', 'out/training.parquet', '--json'], { cwd });

  assert.equal(ran.code, 0, ran.stderr);
  const { rows, service, columns, out } = jsonOf(ran);
  assert.deepEqual(
    { rows, service, columns, out },
    { rows: 2, service: 'flights_v1', columns: ['temp', 'cold'], out: 'out/training.parquet' },
  );
  const table = await duckdbTable().open([join(cwd, 'out/training.parquet')]);
  t.after(() => table.close());
  assert.deepEqual(await table.query('SELECT id, temp, cold FROM data'), [
    { id: 1, temp: -1.5, cold: true },
    { id: 2, temp: null, cold: null },
  ]);
});

test('sources in a store are found in the store that their lock names, and missing without it', async (t) => {
  const cwd = await repository(t);
  const text = await readFile(join(cwd, 'data/weather.lock'), 'utf8');
  await writeFile(join(cwd, 'data/weather.lock'), text.replace('uri: data/', 'uri: training:'));

  const given = await mergeway([...JOIN, '--out', 'a.parquet', '--training-store', 'data'], { cwd });
  const other = await mergeway([...JOIN, '--out', 'b.parquet', '--data-store', 'data', '--json'], { cwd });

  assert.equal(given.code, 0, given.stderr);
  assert.equal(jsonOf(other).error?.code, 'MW_DATA_MISSING');
});

test('the same inputs give the same bytes', async (t) => {
  const cwd = await repository(t);

  await mergeway([...JOIN, '--out', 'a.parquet'], { cwd });
  await mergeway([...JOIN, '--out', 'b.parquet'], { cwd });

  assert.ok((await readFile(join(cwd, 'a.parquet'))).equals(await readFile(join(cwd, 'b.parquet'))));
});

for (const { name, args, change, code } of [
  {
    name: 'an unknown service',
    args: ['--service', 'flights_v2'],
    change: undefined,
    code: 'MW_CONFIG_INVALID',
  },
  { name: 'another ending', args: ['--out', 'training.csv'], change: undefined, code: 'MW_USAGE' },
  {
    name: 'a source that changed behind its lock',
    args: [],
    change: 'data/weather.csv',
    code: 'MW_DATA_MISMATCH',
  },
  {
    name: 'labels that are not there',
    args: ['--entities', 'none.csv'],
    change: undefined,
    code: 'MW_TABLE_UNREADABLE',
  },
] as const) {
  test(`${name} is refused with ${code}, and nothing is written`, async (t) => {
    const cwd = await repository(t);
    if (change) await writeFile(join(cwd, change), WEATHER.replace('9', '8'));

    const ran = await mergeway([...JOIN, '--out', 'out.parquet', ...args, '--json'], { cwd });

    assert.equal(ran.code, ERRORS[code].exit);
    assert.equal(jsonOf(ran).error?.code, code);
    await assert.rejects(readFile(join(cwd, 'out.parquet')), { code: 'ENOENT' });
  });
}
