/** What every model server to measure promises. `make` gives one and the bytes of a model that it can serve. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MergewayError } from '#core/errors.ts';
import type { ModelServer } from '#core/ports/model-server.ts';
import { writeInferRequest } from '#core/wire/oip.ts';

export interface ModelServerUnderTest {
  readonly server: ModelServer;
  /** `y = x + 2`, FP32 [-1, 1] both. */
  readonly adds2: Uint8Array;
  readonly broken: Uint8Array;
  /** How many servers run now. */
  running(): Promise<number>;
}

const BODY = writeInferRequest({ x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) } });

export function modelServerContract(
  name: string,
  make: (t: TestContext) => ModelServerUnderTest | Promise<ModelServerUnderTest>,
): void {
  test(`${name}: answers for each of its models, several at a time, until it is stopped`, async (t) => {
    const { server, adds2, running } = await make(t);

    const started = await server.start({ candidate: adds2, champion: adds2 });
    await Promise.all(['candidate', 'champion', 'candidate'].map((model) => started.infer(model, BODY)));
    await started.stop();

    assert.equal(await running(), 0);
  });

  test(`${name}: a request that is not answered well is an error, and the server can still be stopped`, async (t) => {
    const { server, adds2, running } = await make(t);
    const started = await server.start({ candidate: adds2 });

    await assert.rejects(started.infer('stranger', BODY), isFailure);
    await started.stop();

    assert.equal(await running(), 0);
  });

  test(`${name}: a model that can not be served is an error, and no server is left`, async (t) => {
    const { server, adds2, broken, running } = await make(t);

    await assert.rejects(server.start({ candidate: adds2, champion: broken }), isFailure);

    assert.equal(await running(), 0);
  });
}

function isFailure(error: unknown): boolean {
  assert.ok(error instanceof MergewayError, String(error));
  assert.equal(error.code, 'MW_MEASUREMENT_FAILED');
  return true;
}
