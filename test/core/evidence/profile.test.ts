/** The reference profile as evidence: it fits, and nobody's nonsense gets through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { type ProfilePredicate, profileEvidence } from '#core/evidence/profile.ts';
import { MAX_EVIDENCE_BYTES, parseEvidence, serialize, statement } from '#core/evidence/statement.ts';
import { profileOfNumbers } from '#core/profile/numbers.ts';
import { profileStatement } from '#core/profile/of-evaluation.ts';
import { uniform } from '#test/support/numbers.ts';
import { flatNumbers, profile } from '#test/support/profile.ts';

const SUBJECT = digestOf('model');

test('a profile survives writing and reading', () => {
  const evidence = profileStatement(profile(), SUBJECT);

  assert.deepEqual(parseEvidence(profileEvidence, serialize(evidence), 'profile.json'), evidence);
});

test('300 columns of numbers fit in full', () => {
  const numbers = uniform(1, 20_000);
  const columns = Array.from({ length: 300 }, (_, index) => ({
    column: `feature_${index}`,
    profile: profileOfNumbers(Float64Array.from(numbers, (u) => (u - 0.5) * 1.7 ** (index % 60))),
  }));

  const evidence = profileStatement(profile({ columns }), SUBJECT);

  assert.ok(serialize(evidence).byteLength < MAX_EVIDENCE_BYTES);
  const first = evidence.predicate.columns[0]?.profile;
  assert.ok(first?.kind === 'number' && first.edges.length === 199);
});

test('300 columns of the longest texts become coarser until they fit, and keep every row', () => {
  const columns = Array.from({ length: 300 }, (_, index) => ({
    column: `text_${index}`,
    profile: {
      kind: 'category',
      of: 'text',
      rows: 20_000,
      missing: 0,
      distinct: 200,
      values: Array.from({ length: 200 }, (_unused, value) => ({
        value: `${'한'.repeat(57)}${value}`,
        rows: 100,
      })),
      others: 0,
    } as const,
  })).map((column) => ({ ...column, profile: { ...column.profile, values: [...column.profile.values] } }));

  const evidence = profileStatement(profile({ columns }), SUBJECT);

  assert.ok(serialize(evidence).byteLength < MAX_EVIDENCE_BYTES);
  const first = evidence.predicate.columns[0]?.profile;
  assert.ok(first?.kind === 'category');
  assert.equal(first.values.length, 40);
  assert.equal(first.others, 16_000);
});

const column = (changes: object) => ({
  columns: [{ column: 'x', profile: { ...flatNumbers(), ...changes } }],
});

for (const { what, changes } of [
  { what: 'edges that do not ascend', changes: column({ edges: [2, 1], counts: [1, 1, 19_998] }) },
  { what: 'a bin too few', changes: column({ counts: [20_000] }) },
  { what: 'rows that do not add up', changes: column({ rows: 7 }) },
  { what: 'a negative count', changes: column({ missing: -1 }) },
  { what: 'more infinite rows than rows', changes: column({ below: 20_001 }) },
  { what: 'ten thousand bins', changes: column({ edges: Array.from({ length: 10_000 }, (_, i) => i) }) },
  { what: 'a column twice', changes: { columns: [...profile().columns, ...profile().columns] } },
  { what: 'a name with a NUL', changes: { columns: [{ column: 'a\0b', profile: flatNumbers() }] } },
  { what: 'another kind of column', changes: { columns: [{ column: 'x', profile: { kind: 'script' } }] } },
]) {
  test(`evidence with ${what} is refused`, () => {
    const forged = { ...profileStatement(profile(), SUBJECT), predicate: { ...profile(), ...changes } };
    const bytes = new TextEncoder().encode(JSON.stringify(forged));

    assert.throws(() => parseEvidence(profileEvidence, bytes, 'profile.json'), {
      code: 'MW_EVIDENCE_INVALID',
    });
  });
}

test('evidence of another kind is refused by the kind that it is', () => {
  const other = { ...profileStatement(profile(), SUBJECT), predicateType: 'https://example.org/training/v1' };
  const bytes = new TextEncoder().encode(JSON.stringify(other));

  assert.throws(() => parseEvidence(profileEvidence, bytes, 'training.json'), {
    code: 'MW_EVIDENCE_INVALID',
    message:
      /^training\.json is not https:.*\/profile\/v1: predicateType: it is https:\/\/example\.org\/training\/v1$/,
  });
});

test('a statement is never made of a broken profile', () => {
  const broken: ProfilePredicate = profile({ columns: [{ column: 'x', profile: flatNumbers({ rows: 1 }) }] });

  assert.throws(() => statement(profileEvidence, { name: 'credit', digest: SUBJECT }, broken));
});
