/** Whether a batch gave the same answers as its requests alone. Kernels may sum in another order, so floats have a tolerance. */

import type { Tensor } from '#core/ports/model-backend.ts';
import type { Tensors } from './stack.ts';

const RELATIVE = 1e-4;
const ABSOLUTE = 1e-6;

/** Compares request by request; a request that failed alone but not in the batch is a disagreement. */
export function agree(together: readonly Tensors[], alone: readonly (Tensors | Error)[]): boolean {
  return together.every((outputs, index) => {
    const other = alone[index];
    if (other === undefined || other instanceof Error) return false;
    return Object.entries(outputs).every(([name, tensor]) => sameTensor(tensor, other[name]));
  });
}

function sameTensor(one: Tensor, other: Tensor | undefined): boolean {
  if (!other || one.data.length !== other.data.length) return false;
  for (let i = 0; i < one.data.length; i++) {
    if (!sameElement(one.data[i], other.data[i])) return false;
  }
  return true;
}

function sameElement(one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || typeof one !== 'number' || typeof other !== 'number')
    return one === other || Object.is(one, other);
  return Math.abs(one - other) <= ABSOLUTE + RELATIVE * Math.abs(other);
}
