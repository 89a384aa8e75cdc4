/** What every model backend promises. `make` gives a backend and the bytes of two models that it can load. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelBackend, Tensor } from '#core/ports/model-backend.ts';

export interface BackendUnderTest {
  readonly backend: ModelBackend;
  /** `y = x + 2`, FP32 [-1, 1] both. */
  readonly adds2: Uint8Array;
  /** `y = [10, 20, 30][x]`, x INT64 [-1], y FP32 [-1]; fails while it runs on every other x. */
  readonly looksUp: Uint8Array;
  readonly broken: Uint8Array;
}

export function modelBackendContract(name: string, make: () => BackendUnderTest): void {
  test(`${name}: a loaded model tells its inputs and outputs, -1 where the size is free`, async () => {
    const { backend, adds2 } = make();

    const model = await backend.load(adds2);

    assert.deepEqual(model.inputs, [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }]);
    assert.deepEqual(model.outputs, [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }]);
    await model.release();
  });

  test(`${name}: a model answers for as many rows as it is given, none included`, async () => {
    const { backend, adds2 } = make();
    const model = await backend.load(adds2, { threads: 1 });

    const three = await model.infer({ x: floats(1, 2, 3) });
    const none = await model.infer({ x: floats() });

    assert.deepEqual(three.y, floats(3, 4, 5));
    assert.deepEqual(none.y, floats());
    await model.release();
  });

  test(`${name}: two models at once do not mix`, async () => {
    const { backend, adds2, looksUp } = make();
    const [one, other] = await Promise.all([backend.load(adds2), backend.load(looksUp)]);

    const [sum, found] = await Promise.all([one.infer({ x: floats(1) }), other.infer({ x: indices(2) })]);

    assert.deepEqual([...(sum.y?.data ?? [])], [3]);
    assert.deepEqual([...(found.y?.data ?? [])], [30]);
    await Promise.all([one.release(), other.release()]);
  });

  for (const { what, x } of [
    { what: 'a value that the model refuses', x: indices(7) },
    { what: 'another datatype', x: floats(1) },
    { what: 'a missing input', x: undefined },
  ]) {
    test(`${name}: ${what} is MW_INFERENCE_FAILED, and the next run works`, async () => {
      const { backend, looksUp } = make();
      const model = await backend.load(looksUp);

      await assert.rejects(model.infer(x ? { x } : {}), { code: 'MW_INFERENCE_FAILED' });
      const after = await model.infer({ x: indices(0) });

      assert.deepEqual([...(after.y?.data ?? [])], [10]);
      await model.release();
    });
  }

  test(`${name}: bytes that are no model are MW_MODEL_INVALID`, async () => {
    const { backend, broken } = make();

    await assert.rejects(backend.load(broken), { code: 'MW_MODEL_INVALID' });
  });

  test(`${name}: a released model runs no more, and releasing it twice does no harm`, async () => {
    const { backend, adds2 } = make();
    const model = await backend.load(adds2);
    await model.release();
    await model.release();

    await assert.rejects(model.infer({ x: floats(1) }), { code: 'MW_INFERENCE_FAILED' });
  });
}

export function floats(...values: readonly number[]): Tensor {
  return { datatype: 'FP32', shape: [values.length, 1], data: Float32Array.from(values) };
}

export function indices(...values: readonly number[]): Tensor {
  return { datatype: 'INT64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
