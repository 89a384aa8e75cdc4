import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPartPath, parsePartName, partName } from '#core/predictions/part-name.ts';
import { partsOfWindow, readLog, watermark, withoutHoles } from '#core/predictions/read-log.ts';

const PARTS = [
  part({ from: 0, to: 9, sequence: 1 }),
  part({ from: 10, to: 19, sequence: 11 }),
  part({ from: 5, to: 25, sequence: 21 }),
  part({ from: -30, to: -20, sequence: 31 }),
  part({ from: 12, to: 14, writer: 'b', sequence: 7 }),
  part({ from: 10, to: 19, model: 'credit', sequence: 1 }),
  part({ from: 10, to: 99, kind: 'feedback', sequence: 1 }),
  { name: 'predictions/flights/notes.txt', size: 1 },
];

for (const { name, from, to, expected } of [
  { name: 'that begins where a part ends', from: 9, to: 10, expected: [1, 21] },
  { name: 'that ends where a part begins', from: 0, to: 10, expected: [1, 21] },
  { name: 'inside', from: 12, to: 13, expected: [11, 21, 7] },
  { name: 'before 1970', from: -25, to: -24, expected: [31] },
  { name: 'after everything', from: 26, to: 30, expected: [] },
]) {
  test(`a window ${name} has the parts that overlap it`, () => {
    const names = partsOfWindow(PARTS, { kind: 'predictions', model: 'flights', from, to });

    assert.deepEqual(
      names.map((one) => parsePartName(one)?.sequence),
      expected,
    );
  });
}

test('the log has come as far as its newest row', async () => {
  const store = {
    put: async () => undefined,
    localPath: async () => '',
    list: async (prefix: string) => PARTS.filter(({ name }) => name.startsWith(prefix)),
  };

  const flights = await readLog(store, { kind: 'predictions', model: 'flights', from: 0, to: 1 });

  assert.equal(flights.watermark, 25);
  assert.equal(flights.names.length, 1);
  assert.equal(watermark([]), undefined);
});

test('parts between two chosen ones are no loss, so they are read along', () => {
  const [first, second, third, fourth, other] = PARTS.map(({ name }) => name);

  assert.deepEqual(withoutHoles(PARTS, [first ?? '', third ?? '']), [first, second, third]);
  assert.deepEqual(withoutHoles(PARTS, [other ?? '']), [other]);
  assert.deepEqual(withoutHoles(PARTS, [fourth ?? '']), [fourth]);
});

test('a name says what its part holds, and other names say nothing', () => {
  const whole = {
    kind: 'predictions',
    model: 'a-1',
    day: '2013-06-01',
    from: -5,
    to: 7,
    writer: 'w',
    sequence: 3,
  } as const;

  assert.deepEqual(parsePartName(partName(whole)), whole);
  assert.equal(isPartPath(partName(whole)), true);
  assert.equal(parsePartName('predictions/a/2013-06-01/x.parquet'), undefined);
});

function part(changes: Partial<Parameters<typeof partName>[0]>): {
  readonly name: string;
  readonly size: number;
} {
  const name = partName({
    kind: 'predictions',
    model: 'flights',
    day: '2013-06-01',
    from: 0,
    to: 0,
    writer: 'a',
    sequence: 0,
    ...changes,
  });
  return { name, size: 1 };
}
