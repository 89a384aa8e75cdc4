/** Generated files are what the code would generate now. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { differences } from '../../docs/generate.ts';

test('every generated file is up to date; `npm run generate` writes them', async () => {
  assert.deepEqual(await differences(), []);
});

test('the JSON schema of model.yaml takes the quickstart and names unknown keys', async () => {
  const schema = JSON.parse(await readFile('docs/schemas/model.schema.json', 'utf8'));
  const model = parse(await readFile('templates/quickstart/repository/models/flights/model.yaml', 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);

  assert.equal(validate(model), true, JSON.stringify(validate.errors));
  assert.equal(validate({ ...model, trian: {} }), false);
});
