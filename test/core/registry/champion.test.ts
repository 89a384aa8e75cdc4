import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { provenChampion } from '#core/registry/champion.ts';

const version = { model: 'flights', version: 'v1.2.0', commit: 'c'.repeat(40), at: 0 };

test('a model without production has no champion', () => {
  assert.equal(provenChampion({ model: 'flights', versions: [version], stages: {} }), undefined);
});

test('the champion is the version in production with its digest', () => {
  const holder = { ...version, digest: digestOf('bytes') };

  assert.deepEqual(provenChampion({ model: 'flights', versions: [holder], stages: { production: holder } }), {
    digest: holder.digest,
    version: 'v1.2.0',
  });
});

test('a version that another tool put into production without a digest is never taken for a first version', () => {
  const state = { model: 'flights', versions: [version], stages: { production: version } };

  assert.throws(() => provenChampion(state), { code: 'MW_VERSION_UNPROVEN', message: /flights v1\.2\.0/ });
});
