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

/** RFC 8785, appendix B: the bits of a double, and how they are written. */
for (const [bits, expected] of [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const) {
  test(`RFC 8785: the double ${bits} is ${expected}`, () => {
    const double = new DataView(new ArrayBuffer(8));
    double.setBigUint64(0, BigInt(`0x${bits}`));

    assert.equal(canonicalJson(double.getFloat64(0)), expected);
  });
}

/** RFC 8785, sections 3.2.2 and 3.2.3. */
for (const { name, text, expected } of [
  {
    name: 'literals, numbers and strings',
    text: String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    expected: String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  },
  {
    name: 'keys in the order of their UTF-16 code units',
    text: String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`,
    expected: '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  },
]) {
  test(`RFC 8785: ${name}`, () => {
    assert.equal(canonicalJson(JSON.parse(text)), expected);
  });
}
