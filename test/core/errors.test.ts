import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERRORS } from '#core/errors.ts';

const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/`(MW_[A-Z_]+)`/g)].map(
  (match) => match[1],
);

test('every code in the catalogue is documented', () => {
  assert.deepEqual(
    Object.keys(ERRORS).filter((code) => !documented.includes(code)),
    [],
  );
});

test('every documented code is in the catalogue', () => {
  assert.deepEqual(
    documented.filter((code) => code !== undefined && !(code in ERRORS)),
    [],
  );
});

test('every code is used by some source file', () => {
  const sources = globSync('{core,adapters,actions,app,serving,cli}/**/*.ts')
    .filter((file) => file !== 'core/errors.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

  assert.deepEqual(
    Object.keys(ERRORS).filter((code) => !sources.includes(`'${code}'`)),
    [],
  );
});

test('the catalogue is in alphabetical order', () => {
  assert.deepEqual(Object.keys(ERRORS), Object.keys(ERRORS).sort());
});
