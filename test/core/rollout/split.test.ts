import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { armOf, murmur3, placeOf } from '#core/rollout/split.ts';

// The reference implementation's values (SMHasher), seed 0.
for (const { text, expected } of [
  { text: '', expected: 0 },
  { text: 'hello', expected: 0x248bfa47 },
  { text: 'hello, world', expected: 0x149bbb7f },
  { text: 'The quick brown fox jumps over the lazy dog', expected: 0x2e4ff723 },
]) {
  test(`murmur3 of ${JSON.stringify(text)} is ${expected.toString(16)}`, () => {
    assert.equal(murmur3(new TextEncoder().encode(text)), expected);
  });
}

// Fixed for good: a release that changes these moves users between arms in the middle of a rollout.
for (const { salt, key, weight, arm } of [
  { salt: 'credit-1', key: 'user-1', weight: 50, arm: 'champion' },
  { salt: 'credit-1', key: 'user-2', weight: 50, arm: 'champion' },
  { salt: 'credit-1', key: 'user-1', weight: 64, arm: 'canary' },
  { salt: 'credit-1', key: 'Zoë 🙂', weight: 50, arm: 'canary' },
] as const) {
  test(`${key} of ${salt} at ${weight} % stays with the ${arm}`, () => {
    assert.equal(armOf({ salt, key, weight }), arm);
  });
}

test('100,000 keys fall evenly: 20 cells within four standard errors', () => {
  const cells = new Array<number>(20).fill(0);
  for (let key = 0; key < 100_000; key++) {
    const cell = Math.floor(placeOf('credit-1', `user-${key}`) * 20);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }

  // 5,000 a cell; standard error √(100,000 · .05 · .95) = 68.9.
  assert.ok(
    cells.every((count) => Math.abs(count - 5000) < 4 * 68.9),
    cells.join(' '),
  );
});

test('another salt draws anew: a 5 % canary shares 5 % of its keys with the next rollout’s', () => {
  const keys = Array.from({ length: 100_000 }, (_, i) => `user-${i}`);
  const first = keys.filter((key) => armOf({ salt: 'credit-1', key, weight: 5 }) === 'canary');
  const both = first.filter((key) => armOf({ salt: 'credit-2', key, weight: 5 }) === 'canary');

  assert.ok(Math.abs(both.length / first.length - 0.05) < 0.015, `${both.length} of ${first.length}`);
});

test('raising the weight only moves keys from champion to canary', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (salt, key, one, other) => {
        const low = armOf({ salt, key, weight: Math.min(one, other) });
        const high = armOf({ salt, key, weight: Math.max(one, other) });
        assert.ok(low === 'champion' || high === 'canary');
      },
    ),
  );
});

test('nobody is a canary at 0 %, everybody at 100 %', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      assert.equal(armOf({ salt: 's', key, weight: 0 }), 'champion');
      assert.equal(armOf({ salt: 's', key, weight: 100 }), 'canary');
    }),
  );
});
