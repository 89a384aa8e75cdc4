import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Json } from '#core/json.ts';

for (const { name, value, expected } of [
  { name: 'keys by UTF-16 code unit', value: { b: 1, a: 2, é: 3 }, expected: '{"a":2,"b":1,"é":3}' },
  { name: 'numbers as ECMAScript writes them', value: [1e21, 0.1, -0, 1.0], expected: '[1e+21,0.1,0,1]' },
  { name: 'no member for undefined', value: { a: undefined, b: null }, expected: '{"b":null}' },
  { name: 'nested lists and objects', value: { z: [{ y: 1, x: [] }] }, expected: '{"z":[{"x":[],"y":1}]}' },
] satisfies { name: string; value: Json; expected: string }[]) {
  test(`canonical JSON has ${name}`, () => {
    assert.equal(canonicalJson(value), expected);
  });
}

test('canonical JSON refuses what JSON has not', () => {
  assert.throws(() => canonicalJson({ a: Number.NaN }), RangeError);
  assert.throws(() => canonicalJson([Number.POSITIVE_INFINITY]), RangeError);
});

test('any JSON value reads back as itself, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false } as never), (value) => {
      const text = canonicalJson(value as Json);

      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});
