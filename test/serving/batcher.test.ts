import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import { type FunctionModel, memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import type { LoadedModel, Tensor } from '#core/ports/model-backend.ts';
import { type Batcher, createBatcher } from '#serving/batch/batcher.ts';
import { floats, indices } from '#test/contracts/model-backend.ts';
import { adding, lookingUp } from '#test/support/function-models.ts';
import { centringModel, identityModel } from '#test/support/onnx.ts';

const TABLE = [10, 20, 30, 40];

test('requests of one turn run as one batch once the model is trusted', async () => {
  const { model, sizes } = await counted(adding(1));
  const batcher = createBatcher(memoryClock());
  await earnTrust(batcher, model, (i) => floats(i));
  sizes.length = 0;

  const answers = await together(batcher, model, [floats(1), floats(2, 3), floats(4)]);

  assert.deepEqual(answers, [[2], [3, 4], [5]]);
  assert.deepEqual(sizes, [4]);
});

test('the first batches are checked against single runs', async () => {
  const { model, sizes } = await counted(adding(1));
  const batcher = createBatcher(memoryClock());

  const answers = await together(batcher, model, [floats(1), floats(2)]);

  assert.deepEqual(answers, [[2], [3]]);
  assert.deepEqual(sizes, [2, 1, 1]);
});

test('a model whose rows depend on each other is never batched', async () => {
  const model = await onnxBackend().load(centringModel());
  const batcher = createBatcher(memoryClock());

  for (let turn = 0; turn < 10; turn++) {
    const answers = await together(batcher, model, [floats(1), floats(5)]);
    assert.deepEqual(answers, [[0], [0]]);
  }
  await model.release();
});

test('a poison row fails alone, and its neighbours are answered', async () => {
  const { model } = await counted(lookingUp(...TABLE));
  const batcher = createBatcher(memoryClock());
  await earnTrust(batcher, model, (i) => indices(i));

  const answers = await together(batcher, model, [indices(0), indices(99), indices(2, 3)]);

  assert.deepEqual(answers, [[10], 'index 99 is out of bounds', [30, 40]]);
});

test('every request of a turn is answered once, also beyond the size of a batch', async () => {
  const { model, sizes } = await counted(adding(1));
  const batcher = createBatcher(memoryClock());
  await earnTrust(batcher, model, (i) => floats(i));
  sizes.length = 0;
  const inputs = Array.from({ length: 200 }, (_, i) => i);

  const answers = await together(
    batcher,
    model,
    inputs.map((i) => floats(i)),
  );

  assert.deepEqual(
    answers,
    inputs.map((i) => [i + 1]),
  );
  assert.deepEqual(sizes, [64, 64, 64, 8]);
});

test('requests of different inner dimensions do not meet in a batch', async () => {
  const free: FunctionModel = {
    ...adding(0),
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }],
  };
  const { model, sizes } = await counted(free);
  const batcher = createBatcher(memoryClock());
  const wide: Tensor = { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(7, 8) };

  const answers = await together(batcher, model, [floats(1), wide]);

  assert.deepEqual(answers, [[1], [7, 8]]);
  assert.deepEqual(sizes, [1, 1]);
});

test('texts are batched and taken apart as well', async () => {
  const model = await onnxBackend().load(identityModel('string'));
  const batcher = createBatcher(memoryClock());
  const word = (text: string): Tensor => ({ datatype: 'BYTES', shape: [1, 1], data: [text] });

  for (let turn = 0; turn < 6; turn++) {
    assert.deepEqual(await together(batcher, model, [word('a'), word('b')]), [['a'], ['b']]);
  }
  await model.release();
});

test('a model with a fixed first dimension is run request by request', async () => {
  const fixed: FunctionModel = { ...adding(1), inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1] }] };
  const { model, sizes } = await counted(fixed);

  await together(createBatcher(memoryClock()), model, [floats(1), floats(2)]);

  assert.deepEqual(sizes, [1, 1]);
});

test('an arm is not charged for the other arm’s batch of the same turn', async () => {
  const clock = memoryClock(0);
  const [slow, fast] = [await loaded(taking(clock, 40)), await loaded(taking(clock, 1))];
  const batcher = createBatcher(clock);

  const [one, other] = await Promise.all([
    batcher.run(slow, { x: floats(1) }),
    batcher.run(fast, { x: floats(1) }),
  ]);

  assert.equal(one.chargedMs, 40);
  assert.equal(other.chargedMs, 1);
});

test('a machine that stands still is not charged to the model that computes just then', async () => {
  const [clock, processor] = [memoryClock(0), memoryClock(0)];
  const stalled: LoadedModel = {
    ...(await loaded(taking(clock, 60))),
    computesInThread: true,
    async infer(inputs) {
      clock.advance(60);
      processor.advance(2);
      return inputs;
    },
  };
  const waiting = await loaded(taking(clock, 60));
  const batcher = createBatcher(clock, processor);

  const own = await batcher.run(stalled, { x: floats(1) });
  const other = await batcher.run(waiting, { x: floats(1) });

  assert.equal(own.chargedMs, 2);
  assert.equal(other.chargedMs, 60); // it may have waited for another process: its time is the clock's
});

test('beyond 4096 waiting requests the next is refused at once, and the waiting ones are answered', async () => {
  const { model } = await counted(adding(1));
  const batcher = createBatcher(memoryClock());

  const waiting = Array.from({ length: 4096 }, () => batcher.run(model, { x: floats(1) }));

  assert.throws(() => batcher.run(model, { x: floats(1) }), { code: 'MW_SERVER_OVERLOADED' });
  assert.equal((await Promise.all(waiting)).length, 4096);
});

/** A model that tells how many rows each run had. */
async function counted(
  model: FunctionModel,
): Promise<{ readonly model: LoadedModel; readonly sizes: number[] }> {
  const sizes: number[] = [];
  const run: FunctionModel['run'] = (inputs) => {
    sizes.push(inputs.x?.shape[0] ?? 0);
    return model.run(inputs);
  };
  return { model: await loaded({ ...model, run }), sizes };
}

function loaded(model: FunctionModel): Promise<LoadedModel> {
  return memoryModelBackend({ model }).load(Buffer.from('model'));
}

function taking(clock: { advance(ms: number): void }, ms: number): FunctionModel {
  const model = adding(1);
  return {
    ...model,
    run: (inputs) => {
      clock.advance(ms);
      return model.run(inputs);
    },
  };
}

/** Four batches that agree with their single runs. */
async function earnTrust(batcher: Batcher, model: LoadedModel, input: (i: number) => Tensor): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await together(batcher, model, [input(1), input(2)]);
}

/** What requests of one turn get: their first output's elements, or the error's message. */
async function together(
  batcher: Batcher,
  model: LoadedModel,
  inputs: readonly Tensor[],
): Promise<readonly unknown[]> {
  const answers = await Promise.allSettled(inputs.map((x) => batcher.run(model, { x })));
  return answers.map((answer) =>
    answer.status === 'fulfilled' ? [...(answer.value.outputs.y?.data ?? [])] : answer.reason.message,
  );
}
