import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, digestOfJson, hexOf, parseDigest, shortDigest } from '#core/digest.ts';

/** FIPS 180-4's example: SHA-256 of "abc". */
const ABC = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('the digest of abc is the published one', () => {
  assert.equal(digestOf('abc'), ABC);
  assert.equal(digestOf(new Uint8Array([97, 98, 99])), ABC);
});

test('values with the same members have the same digest', () => {
  assert.equal(digestOfJson({ a: 1, b: 2 }), digestOfJson({ b: 2, a: 1 }));
});

for (const text of [
  '',
  'sha256:',
  ABC.toUpperCase(),
  `${ABC}0`,
  `md5:${ABC.slice(7)}`,
  `${ABC}\n`,
  '../../etc/passwd',
]) {
  test(`${JSON.stringify(text)} is no digest`, () => {
    assert.equal(parseDigest(text), undefined);
  });
}

test('a digest is shown to people by twelve digits', () => {
  assert.equal(hexOf(digestOf('abc')).length, 64);
  assert.equal(shortDigest(digestOf('abc')), 'ba7816bf8f01');
});
