/** Several requests as one batch: tensors put on top of each other along the first dimension, and taken apart again. */

import type { LoadedModel, Tensor, TensorData } from '#core/ports/model-backend.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** The number of rows that all inputs share, or undefined when they share none: such a request can't join a batch. */
export function rowsOf(inputs: Tensors): number | undefined {
  let rows: number | undefined;
  for (const { shape } of Object.values(inputs)) {
    const own = shape[0];
    if (own === undefined || own === 0 || (rows !== undefined && own !== rows)) return undefined;
    rows = own;
  }
  return rows;
}

/** Requests with equal keys have equal dimensions behind the first one. Datatypes are equal: they were held against the model. */
export function shapeKey(inputs: Tensors): string {
  let key = '';
  for (const { shape } of Object.values(inputs)) {
    for (let axis = 1; axis < shape.length; axis++) key += `${shape[axis]},`;
    key += ';';
  }
  return key;
}

/** Whether the first dimension of every input is free. */
export function takesBatches({ inputs }: LoadedModel): boolean {
  return inputs.length > 0 && inputs.every(({ shape }) => shape[0] === -1);
}

/** The inputs of several requests as one, in their order. */
export function stack(requests: readonly Tensors[]): Tensors {
  const [first = {}] = requests;
  const stacked = Object.entries(first).map(([name, { datatype, shape }]) => {
    const parts = requests.map((request) => request[name] as Tensor);
    const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
    const data = concat(parts.map((part) => part.data));
    return [name, { datatype, shape: [rows, ...shape.slice(1)], data }] as const;
  });
  return Object.fromEntries(stacked);
}

/** The outputs of a batch, one share per request of so many rows; undefined when an output does not have a row per row. */
export function unstack(outputs: Tensors, rows: readonly number[]): readonly Tensors[] | undefined {
  const total = rows.reduce((sum, one) => sum + one, 0);
  const named = Object.entries(outputs);
  if (named.some(([, { shape }]) => shape[0] !== total)) return undefined;

  let from = 0;
  return rows.map((count) => {
    const share = named.map(([name, tensor]) => [name, slice(tensor, from, count, total)] as const);
    from += count;
    return Object.fromEntries(share);
  });
}

function slice(tensor: Tensor, fromRow: number, rows: number, total: number): Tensor {
  const perRow = tensor.data.length / total;
  const data = tensor.data.slice(fromRow * perRow, (fromRow + rows) * perRow);
  return { datatype: tensor.datatype, shape: [rows, ...tensor.shape.slice(1)], data };
}

function concat(parts: readonly TensorData[]): TensorData {
  const [first] = parts;
  if (first === undefined || Array.isArray(first)) return (parts as readonly string[][]).flat();

  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new (first.constructor as Float64ArrayConstructor)(length);
  let at = 0;
  for (const part of parts as readonly Float64Array[]) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
