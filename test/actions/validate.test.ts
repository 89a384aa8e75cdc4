/** `mergeway validate`: plain files against a contract, and a model of a repository. */

import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf, hexOf } from '#core/digest.ts';
import { parseEvidence } from '#core/evidence/statement.ts';
import { validationEvidence } from '#core/evidence/validation.ts';
import { jsonOf, mergeway } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { modelRepository, modelYaml, TRAIN_CSV } from '#test/support/model-repository.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: train
version: 1.0.0
status: active
schema:
  - name: rows
    properties:
      - {name: id, logicalType: integer, primaryKey: true}
      - {name: x, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: 1}}
`;

async function folderWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('plain files are judged without a repository, in the fixed shape', async (t) => {
  const cwd = await folderWith(t, { 'c.yaml': CONTRACT, 'a.csv': 'id,x\n1,0.5\n', 'b.csv': 'id,x\n2,1.5\n' });

  const ran = await mergeway(['validate', '--contract', 'c.yaml', 'a.csv', 'b.csv', '--json'], { cwd });

  assert.equal(ran.code, 1, ran.stderr);
  const { verdict, rules } = jsonOf(ran) as unknown as { verdict: string; rules: Record<string, unknown>[] };
  assert.equal(verdict, 'fail');
  const broken = rules.filter((rule) => rule.verdict === 'fail');
  assert.deepEqual(broken, [
    {
      rule: 'maximum',
      column: 'x',
      verdict: 'fail',
      severity: 'error',
      reason: '1 of 2 rows are above 1',
      failed: 1,
      rows: 2,
      samples: [{ id: 2, x: 1.5 }],
    },
  ]);
});

test('a file without rows could not be judged, exit code 3', async (t) => {
  const cwd = await folderWith(t, { 'c.yaml': CONTRACT, 'a.csv': 'id,x\n' });

  const ran = await mergeway(['validate', '--contract', 'c.yaml', 'a.csv', '--json'], { cwd });

  assert.deepEqual([ran.code, jsonOf(ran).verdict], [3, 'inconclusive']);
});

test("a model's training data is held to its contract, with evidence about the data", async (t) => {
  const { root } = await modelRepository(t, {
    'data/train.odcs.yaml': CONTRACT,
    'models/flights/model.yaml': modelYaml({ gates: '{data: {contract: data/train.odcs.yaml}}' }),
  });

  const ran = await mergeway(['validate', '--model', 'flights', '--out', 'out/validation.json', '--json'], {
    cwd: root,
  });

  assert.equal(ran.code, 0, ran.stderr);
  const bytes = await readFile(join(root, 'out/validation.json'));
  const { subject, predicate } = parseEvidence(validationEvidence, bytes, 'validation.json');
  assert.deepEqual(subject, [{ name: 'data/train.csv', digest: { sha256: hexOf(digestOf(TRAIN_CSV)) } }]);
  assert.deepEqual([predicate.verdict, predicate.rows], ['pass', 2]);
});

test('a model without a contract is skipped: its configuration and locks are fine', async (t) => {
  const { root } = await modelRepository(t);

  const ran = await mergeway(['validate', '--model', 'flights', '--json'], { cwd: root });

  assert.deepEqual([ran.code, jsonOf(ran).verdict], [0, 'skipped']);
});

for (const { name, files, args, code } of [
  { name: 'a contract that is not there', files: {}, args: ['c.yaml', 'a.csv'], code: 'MW_CONFIG_MISSING' },
  {
    name: 'a contract that is no YAML',
    files: { 'c.yaml': 'a: [' },
    args: ['c.yaml', 'a.csv'],
    code: 'MW_CONFIG_INVALID',
  },
  {
    name: 'a contract of another standard',
    files: { 'c.yaml': 'swagger: 2' },
    args: ['c.yaml', 'a.csv'],
    code: 'MW_CONFIG_INVALID',
  },
  {
    name: 'data that is not there',
    files: { 'c.yaml': CONTRACT },
    args: ['c.yaml', 'a.csv'],
    code: 'MW_DATA_MISSING',
  },
  {
    name: 'data that is no Parquet',
    files: { 'c.yaml': CONTRACT, 'a.parquet': 'PAR1' },
    args: ['c.yaml', 'a.parquet'],
    code: 'MW_TABLE_UNREADABLE',
  },
  { name: 'no data at all', files: { 'c.yaml': CONTRACT }, args: ['c.yaml'], code: 'MW_USAGE' },
]) {
  test(`${name} ends with ${code}, exit code 2, and nothing written`, async (t) => {
    const cwd = await folderWith(t, files);

    const ran = await mergeway(['validate', '--contract', ...args, '--out', 'out/v.json', '--json'], { cwd });

    assert.equal(jsonOf(ran).error?.code, code, ran.stderr);
    assert.equal(ran.code, 2);
    await assert.rejects(access(join(cwd, 'out')));
  });
}

test('a file of something else is said so in one line, before its missing columns', async (t) => {
  const cwd = await folderWith(t, { 'c.yaml': CONTRACT, 'a.csv': 'a,b\n1,2\n' });

  const { code, stdout } = await mergeway(['validate', '--contract', 'c.yaml', 'a.csv'], { cwd });

  assert.equal(code, 1);
  assert.match(stdout, /^none of the contract's 2 columns is in this file\nfailed: .* on 1 row\n/);
});

test("a CSV that can't be understood is said so without DuckDB's settings", async (t) => {
  const cwd = await folderWith(t, { 'c.yaml': CONTRACT, 'a.csv': 'id,x\n1,2\n3\n' });

  const { stderr } = await mergeway(['validate', '--contract', 'c.yaml', 'a.csv'], { cwd });

  assert.match(stderr, /MW_TABLE_UNREADABLE .*a\.csv: /);
  assert.doesNotMatch(stderr, /strict_mode|search space|sniffing/);
});

test("a model's misspelt column is refused before anything is trained", async (t) => {
  const { root } = await modelRepository(t, {
    'data/c.yaml': CONTRACT,
    'models/flights/model.yaml': modelYaml({ gates: '{data: {contract: data/c.yaml}}' }).replace(
      'label: late',
      'label: lat',
    ),
  });

  const ran = await mergeway(['validate', '--model', 'flights', '--json'], { cwd: root });

  assert.equal(jsonOf(ran).error?.code, 'MW_COLUMN_MISSING', ran.stderr);
  assert.match(ran.stderr, /evaluate\.label needs column `lat`; did you mean `late`\?/);
});
