/** Models as functions, for `memoryModelBackend`: the same two that `onnx.ts` encodes as files. */

import type { FunctionModel } from '#adapters/memory/model-backend.ts';
import type { Tensor } from '#core/ports/model-backend.ts';

/** `y = x + by`, FP32 [-1, 1]. */
export function adding(by: number): FunctionModel {
  return {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
    run: ({ x }) => ({ y: mapped(x as Tensor, (value) => Number(value) + by) }),
  };
}

/** `y = table[x]`, x INT64 [-1], y FP32 [-1]; throws on an x that is no index. */
export function lookingUp(...table: readonly number[]): FunctionModel {
  return {
    inputs: [{ name: 'x', datatype: 'INT64', shape: [-1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
    run: ({ x }) => {
      const find = (index: number | bigint | string) => {
        const found = table[Number(index)];
        if (found === undefined) throw new Error(`index ${index} is out of bounds`);
        return found;
      };
      return { y: mapped(x as Tensor, find) };
    },
  };
}

function mapped({ shape, data }: Tensor, change: (value: number | bigint | string) => number): Tensor {
  const values = Array.from(data as ArrayLike<number | bigint | string>, change);
  return { datatype: 'FP32', shape, data: Float32Array.from(values) };
}
