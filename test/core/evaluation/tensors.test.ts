import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, type PredictNames } from '#core/evaluation/binding.ts';
import { classLabels } from '#core/evaluation/labels.ts';
import { readScores } from '#core/evaluation/scores.ts';
import { tensorOf } from '#core/evaluation/tensors.ts';
import type { Datatype, TensorInfo } from '#core/ports/model-backend.ts';
import type { Cell } from '#core/ports/table.ts';

const nameRow = (row: number) => `row ${row}`;

for (const { datatype, cells, expected } of [
  { datatype: 'BYTES', cells: ['a', 5, true, null], expected: ['a', '5', 'true', ''] },
  { datatype: 'FP32', cells: [1.5, '2.5', true, null], expected: [1.5, 2.5, 1, Number.NaN] },
  { datatype: 'FP64', cells: [0.1, -1, 1e300], expected: [0.1, -1, 1e300] },
  { datatype: 'FP16', cells: [1, -2, 0.5], expected: [0x3c00, 0xc000, 0x3800] },
  { datatype: 'INT64', cells: ['9007199254740993', -1], expected: [9007199254740993n, -1n] },
  { datatype: 'UINT8', cells: [0, 255], expected: [0, 255] },
  { datatype: 'BOOL', cells: [true, 0], expected: [1, 0] },
] satisfies readonly { datatype: Datatype; cells: Cell[]; expected: unknown[] }[]) {
  test(`cells as ${datatype}`, () => {
    const tensor = tensorOf(
      { datatype, columns: ['c'], rank: 2 },
      { c: cells },
      { from: 0, to: cells.length },
      nameRow,
    );

    assert.deepEqual(tensor.shape, [cells.length, 1]);
    assert.deepEqual([...tensor.data], expected);
  });
}

for (const { datatype, cell, says } of [
  { datatype: 'INT64', cell: null, says: /row 1, column c: expected a whole number .* got null/ },
  { datatype: 'INT32', cell: 2.5, says: /got 2\.5/ },
  { datatype: 'UINT8', cell: 256, says: /from 0 to 255, got 256/ },
  { datatype: 'FP32', cell: '', says: /expected a number, got ""/ },
] satisfies readonly { datatype: Datatype; cell: Cell; says: RegExp }[]) {
  test(`${JSON.stringify(cell)} is no ${datatype}`, () => {
    assert.throws(
      () => tensorOf({ datatype, columns: ['c'], rank: 1 }, { c: [0, cell] }, { from: 0, to: 2 }, nameRow),
      says,
    );
  });
}

test('columns stand side by side, row after row', () => {
  const tensor = tensorOf(
    { datatype: 'FP32', columns: ['a', 'b'], rank: 2 },
    { a: [1, 2, 3], b: [10, 20, 30] },
    { from: 1, to: 3 },
    nameRow,
  );

  assert.deepEqual(tensor.shape, [2, 2]);
  assert.deepEqual([...tensor.data], [2, 20, 3, 30]);
});

const wide: TensorInfo = { name: 'x', datatype: 'FP32', shape: [-1, 3] };
const y: TensorInfo = { name: 'y', datatype: 'FP32', shape: [-1, 2] };

for (const { name, inputs, predict, says } of [
  {
    name: 'a wrong number of columns',
    inputs: [wide],
    predict: { output: 'y', columns: ['a', 'b'] },
    says: /shape \[-1, 3\], which does not take 2 columns per row/,
  },
  {
    name: 'columns without knowing which input',
    inputs: [wide, { ...wide, name: 'z' }],
    predict: { output: 'y', columns: ['a'] },
    says: /needs `predict.input`/,
  },
  {
    name: 'a fixed batch of many rows',
    inputs: [{ ...wide, shape: [8, 1] }],
    predict: { output: 'y' },
    says: /takes exactly 8 rows at once/,
  },
] satisfies readonly { name: string; inputs: TensorInfo[]; predict: PredictNames; says: RegExp }[]) {
  test(`${name} does not bind`, () => {
    assert.throws(() => bind({ inputs, outputs: [y] }, predict, 'candidate'), says);
  });
}

for (const { name, output, says } of [
  { name: 'text', output: { datatype: 'BYTES', shape: [2], data: ['a', 'b'] }, says: /holds text/ },
  {
    name: 'another number of rows',
    output: { datatype: 'FP32', shape: [3], data: new Float32Array(3) },
    says: /shape \[3\] for 2 rows/,
  },
] as const) {
  test(`an output of ${name} is refused`, () => {
    assert.throws(() => readScores(output, 2, 'candidate'), says);
  });
}

for (const { name, cells, width, classes, labels } of [
  {
    name: 'text sorts by code unit',
    cells: ['b', 'a', 'B'],
    width: 3,
    classes: ['B', 'a', 'b'],
    labels: [2, 1, 0],
  },
  {
    name: 'numbers sort by value',
    cells: [10, 9, 100],
    width: 3,
    classes: ['9', '10', '100'],
    labels: [1, 0, 2],
  },
  { name: 'indices may have gaps', cells: [0, 3], width: 4, classes: ['0', '1', '2', '3'], labels: [0, 3] },
]) {
  test(`classes: ${name}`, () => {
    const actual = classLabels({ name: 'y', cells, nameRow }, width);

    assert.deepEqual(actual.classes, classes);
    assert.deepEqual([...actual.labels], labels);
  });
}
