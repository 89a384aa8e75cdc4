/** Statements: what is written is read again, what is newer is read as far as it is known, and nothing else is read. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { digestOf } from '#core/digest.ts';
import { evaluationEvidence } from '#core/evidence/evaluation.ts';
import { EVIDENCE_KINDS } from '#core/evidence/kinds.ts';
import { PREDICATE_TYPES, parseEvidence, serialize, statement } from '#core/evidence/statement.ts';
import { CANDIDATE, evaluation } from '#test/support/evaluation.ts';
import { hostileEvidence } from '#test/support/hostile-evidence.ts';

const good = statement(evaluationEvidence, { name: 'credit', digest: CANDIDATE }, evaluation());
const bytes = serialize(good);
const read = (from: Uint8Array) => parseEvidence(evaluationEvidence, from, 'evaluation.json');

test('evidence reads back as it was written, and is written as canonical JSON', () => {
  assert.deepEqual(read(bytes), good);
  assert.deepEqual(serialize(read(bytes)), bytes);
  assert.match(
    new TextDecoder().decode(bytes),
    /^\{"_type":"https:\/\/in-toto.io\/Statement\/v1","predicate":/,
  );
});

test('the order of keys does not change the digest', () => {
  const { subject, predicate, predicateType, _type } = good;

  assert.equal(digestOf(serialize({ subject, predicateType, predicate, _type })), digestOf(bytes));
});

test('fields that this Mergeway does not know are ignored', () => {
  const newer = JSON.parse(new TextDecoder().decode(bytes));
  newer.predicate.weather = [{ name: 'night' }];
  newer.predicate.metrics[0].candidate.spectrum = 'red';
  newer.more = true;

  assert.deepEqual(read(new TextEncoder().encode(JSON.stringify(newer))), good);
});

test('a text that was cut in the middle of a character is written as one that everybody reads', () => {
  const cut = statement(
    evaluationEvidence,
    { name: '🚂'.slice(0, 1), digest: CANDIDATE },
    evaluation({ runner: String.raw`a\ud83d is no character, ${'🚂'.slice(0, 1)} neither` }),
  );

  const { subject, predicate } = read(serialize(cut));

  assert.equal(subject[0]?.name, '\ufffd');
  assert.equal(predicate.runner, `${String.raw`a\ud83d`} is no character, \ufffd neither`);
});

test('a refusal quotes no more than a little of what was received', () => {
  const key = 'k'.repeat(1_000_000);
  const text = `{"_type":"x","subject":[],"predicateType":"${key}","predicate":{"${key}":{}}}`;

  assert.throws(
    () => read(new TextEncoder().encode(text)),
    ({ message }: Error) => message.length < 600,
  );
});

for (const { name, bytes: hostile, codes } of hostileEvidence(bytes)) {
  if (codes.includes('MW_EVIDENCE_MISMATCH')) continue;
  test(`${name} is no evidence of an evaluation`, () => {
    assert.throws(
      () => read(hostile),
      ({ code, message }: { code: never; message: string }) => codes.includes(code) && message.length < 600,
    );
  });
}

test('every kind has a predicate type and a published schema', async () => {
  for (const [name, { predicateType }] of Object.entries(EVIDENCE_KINDS)) {
    assert.equal(predicateType, PREDICATE_TYPES[name as keyof typeof PREDICATE_TYPES]);
    const schema = JSON.parse(await readFile(`docs/evidence/${name}.schema.json`, 'utf8'));
    assert.equal(schema.properties.predicateType.const, predicateType);
  }
});

test('the published schema takes what is written, and newer fields, and refuses what is none', async () => {
  const schema = JSON.parse(await readFile('docs/evidence/evaluation.schema.json', 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const document = JSON.parse(new TextDecoder().decode(bytes));

  assert.equal(validate(document), true, JSON.stringify(validate.errors));
  assert.equal(validate({ ...document, predicate: { ...document.predicate, slices: [] } }), true);
  assert.equal(validate({ ...document, subject: [...document.subject, ...document.subject] }), false);
  assert.equal(validate({ ...document, predicate: { ...document.predicate, origin: 'me' } }), false);
});
