/** The quickstart's second model, `visits`: what its tables and its contract promise, and which changes make a candidate of which model. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { sourceColumn } from '#core/config/group-column.ts';
import { parseDataLock, parseModelConfig } from '#core/config/load.ts';
import { columnOf, parseContract, secretColumns } from '#core/contract/odcs.ts';
import { affectedModels } from '#core/flows/affected-models.ts';

const QUICKSTART = resolve(import.meta.dirname, '../../templates/quickstart');
const REPOSITORY = join(QUICKSTART, 'repository');
const MODEL = 'models/visits/model.yaml';

const TABLES = {
  training: join(REPOSITORY, 'data/visits.parquet'),
  holdout: join(QUICKSTART, 'holdout/visits/holdout.parquet'),
};

/** What the model is given; the profile stands for it. */
const INPUTS = ['lncoins', 'idp', 'lpi', 'fmde', 'physlm', 'disea', 'health'];

const BOTH = `(SELECT *, 'training' AS side FROM read_parquet($training)
  UNION ALL SELECT *, 'holdout' AS side FROM read_parquet($holdout))`;

for (const { lock, uri, file } of [
  { lock: 'visits.lock', uri: 'data/visits.parquet', file: TABLES.training },
  { lock: 'visits_holdout.lock', uri: 'store:visits/holdout.parquet', file: TABLES.holdout },
]) {
  test(`${lock} promises the bytes and rows of its file`, async () => {
    const promised = parseDataLock(await source(join('data', lock)));
    const [found] = await query(
      'SELECT count(*)::INTEGER AS rows, count(DISTINCT person_year)::INTEGER AS keys FROM read_parquet($file)',
      { file },
    );

    assert.equal(promised.uri, uri);
    assert.equal(
      promised.sha256,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
    assert.deepEqual(found, { rows: promised.rows, keys: promised.rows });
  });
}

test('the tables hold every year of every person, and a profile is what the model is given', async () => {
  const [found] = await query(
    `SELECT count(*)::INTEGER AS rows, count(DISTINCT split_part(person_year, '-', 1))::INTEGER AS people,
       count(DISTINCT profile)::INTEGER AS profiles, count(DISTINCT (${INPUTS.join(', ')}))::INTEGER AS inputs
     FROM ${BOTH}`,
    TABLES,
  );

  assert.deepEqual(found, { rows: 20_190, people: 5912, profiles: 2760, inputs: 2760 });
});

for (const [what, unit] of [
  ['profile', 'profile'],
  ['person', "split_part(person_year, '-', 1)"],
] as const) {
  test(`no ${what} is on both sides of the split`, async () => {
    const shared = await query(
      `SELECT ${unit} AS unit FROM ${BOTH} GROUP BY unit HAVING count(DISTINCT side) > 1`,
      TABLES,
    );

    assert.deepEqual(shared, []);
  });
}

test('the profile itself says which side it is on', async () => {
  const [found] = await query(
    `SELECT bool_and((('0x' || profile)::UBIGINT / 4294967296 < 0.3) = (side = 'holdout')) AS split FROM ${BOTH}`,
    TABLES,
  );

  assert.equal(found?.split, true);
});

test('the label is what happened from two visits on', async () => {
  const [found] = await query(
    `SELECT bool_and("returns" = (visits >= 2)::INTEGER) AS agrees FROM ${BOTH}`,
    TABLES,
  );

  assert.equal(found?.agrees, true);
});

test('the contract names every column, and hides the values of those that tell of a person', async () => {
  const contract = parseContract(await source('data/visits.odcs.yaml'));
  const columns = await query('SELECT column_name AS name FROM (DESCRIBE FROM read_parquet($training))', {
    training: TABLES.training,
  });

  assert.deepEqual(
    contract.schema.flatMap(({ properties }) => properties.map(columnOf)).sort(),
    columns.map(({ name }) => String(name)).sort(),
  );
  assert.deepEqual(secretColumns(contract), [
    ...['age', 'disea', 'health', 'income', 'limited', 'person_year', 'physlm', 'race', 'sex'],
  ]);
});

test('every group that a gate names is reported, and all but health is no input', async () => {
  const { evaluate, gates } = parseModelConfig(await source(MODEL));
  const reported = evaluate.groups.map(sourceColumn);
  const judged = gates.bias.flatMap(({ by }) => by.map(sourceColumn));

  assert.deepEqual(
    judged.filter((column) => !reported.includes(column)),
    [],
  );
  assert.deepEqual(
    reported.filter((column) => INPUTS.includes(column)),
    ['health'],
  );
});

for (const { what, path, expected } of [
  { what: 'the code of one', path: 'src/visits/train.py', expected: ['visits'] },
  { what: 'the data of one', path: 'data/visits.lock', expected: ['visits'] },
  { what: 'the code of the other', path: 'src/flights/rows.py', expected: ['flights'] },
  { what: 'what they share', path: 'requirements.lock', expected: ['flights', 'visits'] },
  { what: 'what neither reads', path: 'README.md', expected: [] },
  { what: 'the holdout of one', path: 'data/visits_holdout.lock', expected: [] },
]) {
  test(`a change of ${what} asks for a candidate of ${expected.join(' and ') || 'none'}`, async () => {
    const tree = memorySourceTree();
    const files = await committedFiles();
    const base = tree.commit(files);
    const head = tree.change(base, { [path]: changed(files[path] ?? '') });

    const affected = await affectedModels(tree, { base, head });

    assert.deepEqual(
      affected.map(({ model }) => model),
      expected,
    );
  });
}

/** Another digest where there is one, else one more line. */
function changed(text: string): string {
  return `${text.replace(/^sha256: ./m, 'sha256: 0')}# changed\n`;
}

/** The repository without its tables, which no input digest reads. */
async function committedFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const path of glob('**/*.{lock,yaml,py,md}', { cwd: REPOSITORY })) {
    files[path] = await readFile(join(REPOSITORY, path), 'utf8');
  }
  return files;
}

async function source(path: string) {
  return { path, text: await readFile(join(REPOSITORY, path), 'utf8') };
}

async function query(sql: string, values: Record<string, string>) {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql, values)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
