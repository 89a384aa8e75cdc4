import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireFacts } from '#core/evidence/mismatch.ts';

for (const { field, says } of [
  {
    field: 'configuration',
    says: /^e\.json: model\.yaml .* has changed since this evaluation: configuration is a, expected b$/,
  },
  { field: 'holdout', says: /^e\.json: the holdout's lock has changed .*: holdout is a, expected b$/ },
  { field: 'champion', says: /^e\.json: the champion has changed .*: champion is a, expected b$/ },
  {
    field: 'candidate',
    says: /^e\.json: this evaluation measured another candidate: candidate is a, expected b$/,
  },
  { field: 'model', says: /^e\.json: model is a, expected b$/ },
]) {
  test(`evidence with another ${field} says what changed, and both values`, () => {
    assert.throws(() => requireFacts('e.json', { subject: ['s', 's'], [field]: ['a', 'b'] }), {
      code: 'MW_EVIDENCE_MISMATCH',
      message: says,
    });
  });
}

test('evidence that says what it must is let through', () => {
  assert.doesNotThrow(() => requireFacts('e.json', { configuration: ['a', 'a'] }));
});
