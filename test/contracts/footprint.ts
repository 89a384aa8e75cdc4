/** What every meter of footprints promises. `make` gives one, a model's bytes, a row for it, and bytes that are no model. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MergewayError } from '#core/errors.ts';
import type { FootprintMeter } from '#core/ports/footprint.ts';
import type { Tensor } from '#core/ports/model-backend.ts';

export interface FootprintUnderTest {
  readonly meter: FootprintMeter;
  readonly model: Uint8Array;
  readonly row: Readonly<Record<string, Tensor>>;
  readonly broken: Uint8Array;
}

export function footprintContract(name: string, make: () => FootprintUnderTest): void {
  test(`${name}: a model takes time to load and memory`, async () => {
    const { meter, model, row } = make();

    const { loadMs, memoryBytes } = await meter.measure(model, [row, row]);

    assert.ok(loadMs > 0, `${loadMs} ms`);
    assert.ok(Number.isInteger(memoryBytes) && memoryBytes >= 0, `${memoryBytes} bytes`);
  });

  test(`${name}: a model that does not load is an error`, async () => {
    const { meter, broken } = make();

    await assert.rejects(meter.measure(broken, []), (error) => {
      assert.ok(error instanceof MergewayError && error.code === 'MW_MEASUREMENT_FAILED', String(error));
      return true;
    });
  });
}
