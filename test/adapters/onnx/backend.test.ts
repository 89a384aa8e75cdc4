import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onnxBackend } from '#adapters/onnx/backend.ts';
import { sentenceOf } from '#adapters/onnx/sentence.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import { modelBackendContract } from '#test/contracts/model-backend.ts';
import {
  addModel,
  externalDataModel,
  identityModel,
  lookupModel,
  type OnnxType,
  zipMapModel,
} from '#test/support/onnx.ts';

modelBackendContract('onnxruntime', () => ({
  backend: onnxBackend(),
  adds2: addModel(2),
  looksUp: lookupModel(10, 20, 30),
  broken: Buffer.from('hello'),
}));

const VALUES: readonly (readonly [OnnxType, Tensor['datatype'], Tensor['data']])[] = [
  ['bool', 'BOOL', Uint8Array.of(1, 0)],
  ['uint8', 'UINT8', Uint8Array.of(0, 255)],
  ['uint16', 'UINT16', Uint16Array.of(0, 65535)],
  ['uint32', 'UINT32', Uint32Array.of(0, 4294967295)],
  ['uint64', 'UINT64', BigUint64Array.of(0n, 18446744073709551615n)],
  ['int8', 'INT8', Int8Array.of(-128, 127)],
  ['int16', 'INT16', Int16Array.of(-32768, 32767)],
  ['int32', 'INT32', Int32Array.of(-2147483648, 2147483647)],
  ['int64', 'INT64', BigInt64Array.of(-9223372036854775808n, 9007199254740993n)],
  // Bits of 1 and of the smallest half float.
  ['float16', 'FP16', Uint16Array.of(15360, 1)],
  ['float', 'FP32', Float32Array.of(Number.NaN, 1.5)],
  ['double', 'FP64', Float64Array.of(0.1, Number.NEGATIVE_INFINITY)],
  ['string', 'BYTES', ['', 'Zürich ✈']],
];

for (const [type, datatype, data] of VALUES) {
  test(`${datatype} goes through the runtime unchanged`, async () => {
    const model = await onnxBackend().load(identityModel(type));
    const x: Tensor = { datatype, shape: [2, 1], data };

    const { y } = await model.infer({ x });

    assert.deepEqual(y, x);
    await model.release();
  });
}

test('a run is charged to the calling thread only where no other one computes for it', async () => {
  const alone = await onnxBackend().load(addModel(2));
  const many = await onnxBackend().load(addModel(2), { threads: 2 });

  assert.deepEqual([alone.computesInThread, many.computesInThread], [true, undefined]);
  await alone.release();
  await many.release();
});

test('a text with NUL is refused instead of cut', async () => {
  const model = await onnxBackend().load(identityModel('string'));
  const x: Tensor = { datatype: 'BYTES', shape: [1, 1], data: ['a\0b'] };

  await assert.rejects(model.infer({ x }), { code: 'MW_INFERENCE_FAILED', message: /element 0 holds a NUL/ });
  await model.release();
});

for (const { name, bytes, says } of [
  { name: 'a ZipMap at its end', bytes: zipMapModel(), says: /zipmap/ },
  { name: 'weights in another file', bytes: externalDataModel('../../etc/passwd'), says: /outside the file/ },
  { name: 'a type that the protocol lacks', bytes: identityModel('bfloat16'), says: /[Uu]nsupported/ },
  { name: 'half of its bytes', bytes: addModel(1).slice(0, 60), says: /ONNX|onnx/ },
]) {
  test(`a model with ${name} is refused with the reason`, async () => {
    await assert.rejects(onnxBackend().load(bytes), { code: 'MW_MODEL_INVALID', message: says });
  });
}

test('the runtime names the node and the value that it refused', async () => {
  const model = await onnxBackend().load(lookupModel(1));
  const x: Tensor = { datatype: 'INT64', shape: [1], data: BigInt64Array.of(7n) };

  await assert.rejects(model.infer({ x }), {
    message: 'Gather: indices element out of data bounds, idx=7 must be within the inclusive range [-1,0]',
  });
  await model.release();
});

for (const { name, message, expected } of [
  {
    name: 'source paths',
    message: '/onnxruntime_src/onnxruntime/core/x.cc:12 Status Bad shape',
    expected: 'Status Bad shape',
  },
  { name: 'line breaks', message: 'one\n\u001b[31mtwo', expected: 'one [31mtwo' },
  { name: 'long tails', message: 'x'.repeat(1000), expected: `${'x'.repeat(300)}…` },
]) {
  test(`a runtime's error is shown without its ${name}`, () => {
    assert.equal(sentenceOf(new Error(message)), expected);
  });
}
