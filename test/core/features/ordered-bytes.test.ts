/** Values as bytes: everything comes back, and bytes compare as the values do in the point-in-time join. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare } from '#core/expression/operators.ts';
import type { ExpressionType, Value } from '#core/expression/types.ts';
import { isLater, packRow, unpackRow } from '#core/features/online-rows.ts';
import { byteReader, byteWriter } from '#core/features/ordered-bytes.ts';
import { values } from '#test/core/expression/random.ts';

const TYPES: readonly ExpressionType[] = ['int', 'double', 'bool', 'string', 'timestamp'];

for (const { value, bytes } of [
  { value: null, bytes: '00' },
  { value: false, bytes: '01' },
  { value: true, bytes: '02' },
  { value: 0n, bytes: '03 80 00 00 00 00 00 00 00' },
  { value: -1n, bytes: '03 7f ff ff ff ff ff ff ff' },
  { value: 1, bytes: '04 bf f0 00 00 00 00 00 00' },
  { value: -1, bytes: '04 40 0f ff ff ff ff ff ff' },
  { value: 'aé', bytes: '05 61 c3 a9 00' },
  { value: 'a\0b', bytes: '05 61 00 ff 62 00' },
  { value: '\u{1F600}', bytes: '05 f0 9f 98 80 00' },
  {
    value: 2n ** 64n,
    bytes: `06 ${Buffer.from('18446744073709551616').toString('hex').replace(/../g, '$& ')}00`,
  },
] as const) {
  test(`${typeof value} ${JSON.stringify(String(value))} is ${bytes}`, () => {
    const writer = byteWriter();

    writer.value(value);

    const written = writer.take();
    assert.equal(Buffer.from(written).toString('hex'), bytes.replaceAll(' ', ''));
    assert.equal(byteReader(written).value(), value);
  });
}

test('rows of random values come back, wholly and in part, and are later exactly if their values are', () => {
  const pairs = fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 4 }).chain((types) => {
    const row = fc.tuple(...types.map(values));
    return fc.record({ a: row, b: row });
  });

  fc.assert(
    fc.property(pairs, ({ a, b }) => {
      const [left, right] = [packed(a), packed(b)];

      assert.deepEqual(unpackRow(left, ['k']).values, a);
      assert.deepEqual(unpackRow(left, ['k'], [a.length - 1]).values, [a.at(-1)]);
      assert.equal(isLater(left, right), orderOf(a, b) > 0);
      assert.equal(isLater(right, left), orderOf(b, a) > 0);
    }),
    { numRuns: 2000, seed: 20_261_127 },
  );
});

test('bytes that no row was packed into are refused, whatever they are, and end no process', () => {
  const whole = packRow({
    key: ['k'],
    event: 7n,
    created: null,
    values: ['a\0b', 2n ** 70n, 1.5, true, null],
  });
  const damaged = [...whole.keys()].flatMap((at) => [
    whole.slice(0, at),
    ...[0, 1, 5, 6, 0x80, 0xff].map((byte) => whole.with(at, byte)),
  ]);
  // A text without an end, after a byte that looks like the rest of an escaped NUL.
  damaged.push(Uint8Array.of(0xff, 5, 65, 66), Uint8Array.of(3, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 5, 65));

  let refused = 0;
  for (const bytes of damaged) {
    for (const places of [undefined, [0, 4]]) {
      try {
        unpackRow(bytes, ['k'], places);
      } catch (error) {
        assert.equal((error as { readonly code?: string }).code, 'MW_ONLINE_STORE_DAMAGED');
        refused++;
      }
    }
  }

  assert.ok(refused > 2 * whole.length, `${refused} refused`);
});

function packed(row: readonly Value[]): Uint8Array {
  return packRow({ key: ['k'], event: 1n, created: null, values: row });
}

/** null is least, -0 is below 0; the first value that differs decides. */
function orderOf(a: readonly Value[], b: readonly Value[]): number {
  for (const [place, left] of a.entries()) {
    const right = b[place] ?? null;
    const order = orderOfValues(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function orderOfValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a === 0 && b === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return compare(a, b);
}
