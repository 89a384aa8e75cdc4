import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { openContestant } from '#core/evaluation/contestant.ts';
import { type Entrant, sideBySide } from '#core/evaluation/side-by-side.ts';
import type { Cell } from '#core/ports/table.ts';
import { tableOf } from '#test/support/table.ts';

const HOLDOUT = { id: [3, 1, 2], late: [1, 0, 1], sex: ['f', 'm', 'f'], x: [30, 10, 20] };
const WANTED = { key: 'id', label: 'late', groups: ['sex'] };

async function entrant(own?: Readonly<Record<string, readonly Cell[]>>): Promise<Entrant> {
  const model = {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
    run: () => ({}),
  } as const;
  const backend = memoryModelBackend({ model });
  const bytes = new TextEncoder().encode('model');
  const contestant = await openContestant(backend, { name: 'candidate', bytes, predict: { output: 'y' } });
  return { ...contestant, own: own && (await tableOf(own).open([])) };
}

async function inputsOf(own?: Readonly<Record<string, readonly Cell[]>>) {
  const table = await tableOf(HOLDOUT).open([]);
  const inputs: Cell[] = [];
  for await (const batch of sideBySide(table, [await entrant(own)], WANTED)) {
    inputs.push(...(batch.inputs[0]?.columns.x ?? []));
  }
  return inputs;
}

test('without features the holdout itself is read, by key', async () => {
  assert.deepEqual(await inputsOf(), [10, 20, 30]);
});

test('with features the own table is read, whatever its order', async () => {
  assert.deepEqual(await inputsOf({ id: [1, 3, 2], late: [0, 1, 1], x: [-1, -3, -2] }), [-1, -2, -3]);
});

test("labels and groups are the holdout's, also where the own table has such columns", async () => {
  const own = { id: [1, 2, 3], late: [0, 1, 1], sex: ['x', 'x', 'x'], x: [0, 0, 0] };
  const table = await tableOf(HOLDOUT).open([]);

  for await (const { shared } of sideBySide(table, [await entrant(own)], WANTED)) {
    assert.deepEqual(shared.columns.sex, ['m', 'f', 'f']);
  }
});

for (const { name, own, says } of [
  {
    name: 'another key',
    own: { id: [1, 2, 4], late: [0, 1, 1], x: [0, 0, 0] },
    says: /of candidate does not have the holdout's rows: id is 4, expected 3/,
  },
  {
    name: 'another label',
    own: { id: [1, 2, 3], late: [0, 0, 1], x: [0, 0, 0] },
    says: /late is 0, expected 1/,
  },
  { name: 'a row less', own: { id: [1, 2], late: [0, 1], x: [0, 0] }, says: /id is undefined, expected 3/ },
  {
    name: 'a row more',
    own: { id: [1, 2, 3, 4], late: [0, 1, 1, 1], x: [0, 0, 0, 0] },
    says: /it has more rows/,
  },
]) {
  test(`an own table with ${name} is refused`, async () => {
    await assert.rejects(inputsOf(own), { code: 'MW_DATA_MISMATCH', message: says });
  });
}
