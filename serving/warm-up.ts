/** Runs a model once before it gets traffic: the first run allocates, and must not be a user's. */

import type { Datatype, LoadedModel, Tensor, TensorData, TensorInfo } from '#core/ports/model-backend.ts';

/** A model with a larger fixed input is left cold. */
const MOST_ELEMENTS = 2 ** 20;

const ZEROS: Readonly<Record<Datatype, (length: number) => TensorData>> = {
  BOOL: (length) => new Uint8Array(length),
  UINT8: (length) => new Uint8Array(length),
  UINT16: (length) => new Uint16Array(length),
  UINT32: (length) => new Uint32Array(length),
  UINT64: (length) => new BigUint64Array(length),
  INT8: (length) => new Int8Array(length),
  INT16: (length) => new Int16Array(length),
  INT32: (length) => new Int32Array(length),
  INT64: (length) => new BigInt64Array(length),
  FP16: (length) => new Uint16Array(length),
  FP32: (length) => new Float32Array(length),
  FP64: (length) => new Float64Array(length),
  BYTES: (length) => new Array<string>(length).fill(''),
};

/** One run on zeros and empty strings. A model may refuse them (an unknown category): that says nothing about real inputs. */
export async function warmUp(model: LoadedModel): Promise<void> {
  if (model.inputs.some((input) => elements(input) > MOST_ELEMENTS)) return;
  const inputs = Object.fromEntries(model.inputs.map((input) => [input.name, zeros(input)]));
  await model.infer(inputs).catch(() => undefined);
}

function zeros(info: TensorInfo): Tensor {
  const shape = info.shape.map((size) => Math.abs(size));
  return { datatype: info.datatype, shape, data: ZEROS[info.datatype](elements(info)) };
}

/** Free dimensions count as one. */
function elements({ shape }: TensorInfo): number {
  return shape.reduce((product, size) => product * Math.abs(size), 1);
}
