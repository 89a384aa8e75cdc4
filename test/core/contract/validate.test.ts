/** Data contracts on tables small enough to judge by hand. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import { parseContract } from '#core/contract/odcs.ts';
import { objectOf, type Validation, validateTable } from '#core/contract/validate.ts';
import { MergewayError } from '#core/errors.ts';
import { temporaryFolder } from '#test/support/folder.ts';

/** A contract of one table: YAML of its properties and of its quality rules, in flow style. */
function contractOf(properties: string, quality = '[]') {
  return parseContract({
    path: 'odcs.yaml',
    text: `apiVersion: v3.1.0
kind: DataContract
id: test
version: 1.0.0
status: active
schema:
  - name: rows
    properties: ${properties}
    quality: ${quality}
`,
  });
}

async function validateCsv(
  t: TestContext,
  csv: string,
  properties: string,
  quality?: string,
): Promise<Validation> {
  const path = join(await temporaryFolder(t), 'data.csv');
  await writeFile(path, csv);
  const table = await duckdbTable().open([path]);
  t.after(() => table.close());
  return validateTable(table, objectOf(contractOf(properties, quality), undefined), 'csv');
}

function ruleOf({ rules }: Validation, name: string) {
  const found = rules.find(({ rule }) => rule === name);
  assert.ok(found, `no rule ${name} in ${rules.map(({ rule }) => rule).join(', ')}`);
  return found;
}

interface Case {
  readonly name: string;
  readonly csv: string;
  readonly properties: string;
  readonly quality?: string;
  readonly rule: string;
  readonly verdict: string;
  readonly failed: number;
}

const CASES: readonly Case[] = [
  {
    name: 'a column that is there',
    csv: 'a\n1\n',
    properties: '[{name: a}]',
    rule: 'present',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'a missing column',
    csv: 'a\n1\n2\n',
    properties: '[{name: b, required: true}]',
    rule: 'present',
    verdict: 'fail',
    failed: 2,
  },
  {
    name: 'whole numbers',
    csv: 'a\n1\n2\n',
    properties: '[{name: a, logicalType: integer}]',
    rule: 'type',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'a fraction among whole numbers',
    csv: 'a\n1\n2.5\n',
    properties: '[{name: a, logicalType: integer}]',
    rule: 'type',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a word among numbers',
    csv: 'a\n1\ntwo\n3\n',
    properties: '[{name: a, logicalType: number}]',
    rule: 'type',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a word among dates',
    csv: 'a\n2013-05-01\nmay\n',
    properties: '[{name: a, logicalType: date}]',
    rule: 'type',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'digits as text',
    csv: 'a\n1\n2\n',
    properties: '[{name: a, logicalType: string}]',
    rule: 'type',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'a required value that is missing',
    csv: 'a,b\n1,x\n,y\n',
    properties: '[{name: a, required: true}]',
    rule: 'required',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a value that occurs three times',
    csv: 'a\n1\n1\n1\n2\n',
    properties: '[{name: a, unique: true}]',
    rule: 'unique',
    verdict: 'fail',
    failed: 2,
  },
  {
    name: 'missing values beside unique ones',
    csv: 'a,b\n1,x\n,y\n,z\n',
    properties: '[{name: a, unique: true}]',
    rule: 'unique',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'a key of two columns that repeats',
    csv: 'a,b\n1,1\n1,2\n1,2\n',
    properties:
      '[{name: b, primaryKey: true, primaryKeyPosition: 2}, {name: a, primaryKey: true, primaryKeyPosition: 1}]',
    rule: 'primaryKey',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'the minimum itself',
    csv: 'a\n0\n',
    properties: '[{name: a, logicalType: number, logicalTypeOptions: {minimum: 0}}]',
    rule: 'minimum',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'the exclusive minimum itself',
    csv: 'a\n0\n',
    properties: '[{name: a, logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0}}]',
    rule: 'exclusiveMinimum',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'the minimum that ODCS 3.0 made exclusive',
    csv: 'a\n0\n',
    properties: '[{name: a, logicalType: number, logicalTypeOptions: {minimum: 0, exclusiveMinimum: true}}]',
    rule: 'exclusiveMinimum',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a value above the maximum',
    csv: 'a\n5\n6\n',
    properties: '[{name: a, logicalType: integer, logicalTypeOptions: {maximum: 5}}]',
    rule: 'maximum',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'NaN under a minimum',
    csv: 'a\nNaN\n1\n',
    properties: '[{name: a, logicalType: number, logicalTypeOptions: {minimum: 0}}]',
    rule: 'minimum',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a date before the first',
    csv: 'a\n2012-12-31\n2013-01-01\n',
    properties: '[{name: a, logicalType: date, logicalTypeOptions: {minimum: "2013-01-01"}}]',
    rule: 'minimum',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'text that does not match',
    csv: 'a\nx@y\nxy\n',
    properties: '[{name: a, logicalType: string, logicalTypeOptions: {pattern: "^[^@]+@[^@]+$"}}]',
    rule: 'pattern',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a pattern that RE2 does not know',
    csv: 'a\nx\n',
    properties: '[{name: a, logicalType: string, logicalTypeOptions: {pattern: "(?=x)"}}]',
    rule: 'pattern',
    verdict: 'skipped',
    failed: 0,
  },
  {
    name: 'text that is too long',
    csv: 'a\nabc\n',
    properties: '[{name: a, logicalType: string, logicalTypeOptions: {maxLength: 2}}]',
    rule: 'maxLength',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'a value outside its set',
    csv: 'a\nA\nZ\n',
    properties:
      '[{name: a, quality: [{metric: invalidValues, arguments: {validValues: [A, B]}, mustBe: 0}]}]',
    rule: 'invalidValues',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'numbers in a set of numbers, however they are written',
    csv: 'a\n1\n2.0\n',
    properties:
      '[{name: a, quality: [{metric: invalidValues, arguments: {validValues: [1, 2]}, mustBe: 0}]}]',
    rule: 'invalidValues',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'half of the values missing, a quarter allowed',
    csv: 'a,b\n1,x\n,y\n',
    properties: '[{name: a, quality: [{metric: nullValues, mustBeLessOrEqualTo: 25, unit: percent}]}]',
    rule: 'nullValues',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'half of the values missing, half allowed',
    csv: 'a,b\n1,x\n,y\n',
    properties: '[{name: a, quality: [{metric: nullValues, mustBeLessOrEqualTo: 50, unit: percent}]}]',
    rule: 'nullValues',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'words that stand for missing',
    csv: 'a\nx\nN/A\n',
    properties:
      '[{name: a, quality: [{metric: missingValues, arguments: {missingValues: [null, N/A]}, mustBe: 0}]}]',
    rule: 'missingValues',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'too few rows',
    csv: 'a\n1\n',
    properties: '[{name: a}]',
    quality: '[{metric: rowCount, mustBeGreaterOrEqualTo: 2}]',
    rule: 'rowCount',
    verdict: 'fail',
    failed: 0,
  },
  {
    name: 'as many rows as the upper end of a range',
    csv: 'a\n1\n2\n',
    properties: '[{name: a}]',
    quality: '[{metric: rowCount, mustBeBetween: [1, 2]}]',
    rule: 'rowCount',
    verdict: 'pass',
    failed: 0,
  },
  {
    name: 'pairs that repeat',
    csv: 'a,b\n1,1\n1,1\n',
    properties: '[{name: a}]',
    quality: '[{metric: duplicateValues, arguments: {properties: [a, b]}, mustBe: 0}]',
    rule: 'duplicateValues',
    verdict: 'fail',
    failed: 1,
  },
  {
    name: 'SQL of the contract',
    csv: 'a\n1\n',
    properties: '[{name: a}]',
    quality: '[{id: q, type: sql, query: SELECT 1, mustBe: 1}]',
    rule: 'q',
    verdict: 'skipped',
    failed: 0,
  },
  {
    name: 'a metric that nobody knows',
    csv: 'a\n1\n',
    properties: '[{name: a}]',
    quality: '[{metric: nullCount, mustBe: 0}]',
    rule: 'nullCount',
    verdict: 'skipped',
    failed: 0,
  },
  {
    name: 'an option that is not checked',
    csv: 'a\n2\n',
    properties: '[{name: a, logicalType: integer, logicalTypeOptions: {multipleOf: 2}}]',
    rule: 'multipleOf',
    verdict: 'skipped',
    failed: 0,
  },
  {
    name: 'a column of missing values only',
    csv: 'a,b\n,1\n,2\n',
    properties: '[{name: a, logicalType: number, logicalTypeOptions: {minimum: 0}}]',
    rule: 'minimum',
    verdict: 'inconclusive',
    failed: 0,
  },
];

for (const { name, csv, properties, quality, rule, verdict, failed } of CASES) {
  test(`${name}: ${rule} is ${verdict}`, async (t) => {
    const validation = await validateCsv(t, csv, properties, quality);

    const found = ruleOf(validation, rule);
    assert.deepEqual([found.verdict, found.failed], [verdict, failed], found.reason);
  });
}

test('a warning that fails does not fail the contract', async (t) => {
  const validation = await validateCsv(
    t,
    'a\n1\n',
    '[{name: a}]',
    '[{metric: rowCount, mustBe: 9, severity: warning}]',
  );

  assert.equal(ruleOf(validation, 'rowCount').verdict, 'fail');
  assert.equal(validation.verdict, 'pass');
});

test('a file without rows can not tell shares and values, and fails its row count', async (t) => {
  const validation = await validateCsv(
    t,
    'a\n',
    '[{name: a, required: true, quality: [{metric: nullValues, mustBeLessThan: 5, unit: percent}]}]',
    '[{metric: rowCount, mustBeGreaterThan: 0}]',
  );

  assert.equal(ruleOf(validation, 'nullValues').verdict, 'inconclusive');
  assert.equal(ruleOf(validation, 'required').verdict, 'inconclusive');
  assert.equal(ruleOf(validation, 'rowCount').verdict, 'fail');
});

test('without a row count, a file without rows is inconclusive', async (t) => {
  const validation = await validateCsv(t, 'a\n', '[{name: a, required: true}]');

  assert.equal(validation.verdict, 'inconclusive');
});

test('samples show the key and the value of at most five rows, and no secrets', async (t) => {
  const rows = Array.from({ length: 9 }, (_, id) => `${id},person${id}`).join('\n');

  const validation = await validateCsv(
    t,
    `id,email\n${rows}\n`,
    '[{name: id, primaryKey: true}, {name: email, classification: restricted, logicalType: string, logicalTypeOptions: {pattern: "@"}}]',
  );

  const { samples, failed } = ruleOf(validation, 'pattern');
  assert.equal(failed, 9);
  assert.equal(samples.length, 5);
  assert.deepEqual(samples[0], { id: 0, email: '***' });
});

test('names and values of a hostile contract stay names and values', async (t) => {
  const validation = await validateCsv(
    t,
    `"a""; DROP TABLE data; --"\nx\n`,
    `[{name: "a\\"; DROP TABLE data; --", quality: [{metric: invalidValues, arguments: {validValues: ["'; DROP TABLE data; --"]}, mustBe: 0}]}]`,
  );

  assert.equal(ruleOf(validation, 'present').verdict, 'pass');
  assert.equal(ruleOf(validation, 'invalidValues').failed, 1);
});

for (const { name, properties, message } of [
  {
    name: 'a misspelt option',
    properties: '[{name: a, logicalTypeOptions: {minium: 1}}]',
    message: /:8 .*minium: unknown key; did you mean `minimum`/,
  },
  {
    name: 'a misspelt operator',
    properties: '[{name: a, quality: [{metric: nullValues, mustBeLesThan: 1}]}]',
    message: /mustBeLesThan: unknown key; did you mean `mustBeLessThan/,
  },
  {
    name: 'a logical type that ODCS does not have',
    properties: '[{name: a, logicalType: int}]',
    message: /logicalType/,
  },
]) {
  test(`${name} is refused with the line`, () => {
    assert.throws(
      () => contractOf(properties),
      (error) =>
        error instanceof MergewayError && error.code === 'MW_CONFIG_INVALID' && message.test(error.message),
    );
  });
}
