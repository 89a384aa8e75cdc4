import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MergewayError } from '#core/errors.ts';
import type { Datatype, Tensor, TensorData } from '#core/ports/model-backend.ts';
import {
  checkInputs,
  checkOutputs,
  parseInferRequest,
  writeInferResponse,
  writeTensor,
} from '#core/wire/oip.ts';

function request(input: string): string {
  return `{"inputs": [${input}]}`;
}

function tensorOf(input: string): Tensor {
  const [tensor] = parseInferRequest(request(input)).inputs.values();
  assert.ok(tensor);
  return tensor;
}

for (const { name, input, expected } of [
  {
    name: 'flat data',
    input: '{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2.5,3,4]}',
    expected: { datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2.5, 3, 4) },
  },
  {
    name: 'nested data, row-major',
    input: '{"name":"x","shape":[2,2],"datatype":"INT32","data":[[1,2],[3,4]]}',
    expected: { datatype: 'INT32', shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) },
  },
  {
    name: 'no rows',
    input: '{"name":"x","shape":[0,3],"datatype":"FP64","data":[]}',
    expected: { datatype: 'FP64', shape: [0, 3], data: new Float64Array(0) },
  },
  {
    name: 'nested empty rows',
    input: '{"name":"x","shape":[2,0],"datatype":"FP64","data":[[],[]]}',
    expected: { datatype: 'FP64', shape: [2, 0], data: new Float64Array(0) },
  },
  {
    name: 'a scalar',
    input: '{"name":"x","shape":[],"datatype":"UINT8","data":[7]}',
    expected: { datatype: 'UINT8', shape: [], data: Uint8Array.of(7) },
  },
  {
    // JSON.parse alone would make both numbers 9007199254740992.
    name: 'INT64 beyond 2^53 without loss',
    input: '{"name":"x","shape":[3],"datatype":"INT64","data":[9007199254740993,-9223372036854775808, 5]}',
    expected: {
      datatype: 'INT64',
      shape: [3],
      data: BigInt64Array.of(9007199254740993n, -9223372036854775808n, 5n),
    },
  },
  {
    name: 'the largest UINT64',
    input: '{"name":"x","shape":[1],"datatype":"UINT64","data":[18446744073709551615]}',
    expected: { datatype: 'UINT64', shape: [1], data: BigUint64Array.of(18446744073709551615n) },
  },
  {
    name: 'a long whole number as FP64',
    input: '{"name":"x","shape":[1],"datatype":"FP64","data":[9007199254740993]}',
    expected: { datatype: 'FP64', shape: [1], data: Float64Array.of(9007199254740992) },
  },
  {
    name: 'null as NaN',
    input: '{"name":"x","shape":[2],"datatype":"FP32","data":[null,1]}',
    expected: { datatype: 'FP32', shape: [2], data: Float32Array.of(Number.NaN, 1) },
  },
  {
    name: 'booleans',
    input: '{"name":"x","shape":[3],"datatype":"BOOL","data":[true,false,1]}',
    expected: { datatype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  },
  {
    name: 'strings',
    input: '{"name":"x","shape":[1,2],"datatype":"BYTES","data":["","Zürich ✈"]}',
    expected: { datatype: 'BYTES', shape: [1, 2], data: ['', 'Zürich ✈'] },
  },
] as const) {
  test(`a request with ${name} is read`, () => {
    const tensor = tensorOf(input);

    assert.deepEqual(tensor, expected);
  });
}

for (const { name, body, says } of [
  { name: 'no JSON', body: '{', says: /not JSON/ },
  { name: 'nothing', body: '', says: /not JSON/ },
  { name: 'bare NaN', body: request('{"name":"x","shape":[1],"datatype":"FP32","data":[NaN]}'), says: /NaN/ },
  { name: 'a list', body: '[]', says: /expected an object/ },
  { name: 'no inputs', body: '{}', says: /inputs is missing/ },
  { name: 'an input that is null', body: '{"inputs":[null]}', says: /inputs\[0\] is null/ },
  { name: 'a numeric id', body: '{"id":7,"inputs":[]}', says: /id is 7/ },
  {
    name: 'parameters that are a list',
    body: '{"parameters":[],"inputs":[]}',
    says: /parameters of the request/,
  },
  {
    name: 'a missing shape',
    body: request('{"name":"x","datatype":"FP32","data":[1]}'),
    says: /input x: shape is missing/,
  },
  {
    name: 'a negative dimension',
    body: request('{"name":"x","shape":[-1],"datatype":"FP32","data":[1]}'),
    says: /input x: shape is \[-1\]/,
  },
  {
    name: 'a fractional dimension',
    body: request('{"name":"x","shape":[1.5],"datatype":"FP32","data":[1]}'),
    says: /shape is \[1.5\]/,
  },
  {
    // This shape over 30 numbers ends a Triton 2.51.
    name: 'a shape that claims 30 billion elements',
    body: request('{"name":"x","shape":[1000000000,30],"datatype":"FP32","data":[1]}'),
    says: /claims 30000000000 elements/,
  },
  {
    name: 'a dimension beyond 2^53',
    body: request('{"name":"x","shape":[9007199254740993,30],"datatype":"FP32","data":[1]}'),
    says: /shape is/,
  },
  {
    name: 'a huge dimension beside a zero',
    body: request('{"name":"x","shape":[0,2147483647],"datatype":"FP32","data":[]}'),
    says: /claims 2147483647 elements/,
  },
  {
    name: 'a rank of 17',
    body: request(`{"name":"x","shape":[${Array(17).fill(1)}],"datatype":"FP32","data":[1]}`),
    says: /at most 16/,
  },
  {
    // The specification's own example has this mistake.
    name: 'fewer elements than the shape',
    body: request('{"name":"x","shape":[3],"datatype":"BOOL","data":[true]}'),
    says: /needs 3 elements, data has 1/,
  },
  {
    name: 'ragged rows',
    body: request('{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3]]}'),
    says: /expected 2 elements at depth 1, got 1 elements/,
  },
  {
    name: 'nesting deeper than the shape',
    body: request('{"name":"x","shape":[1],"datatype":"FP32","data":[[1]]}'),
    says: /element 0 is \[1\], expected a number/,
  },
  {
    name: 'a bare string as data',
    body: request('{"name":"x","shape":[1],"datatype":"BYTES","data":"a"}'),
    says: /data is "a", expected an array/,
  },
  {
    name: 'binary data',
    body: request('{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}'),
    says: /binary and shared-memory data are not supported/,
  },
  {
    name: 'an unknown datatype',
    body: request('{"name":"x","shape":[1],"datatype":"FLOAT","data":[1]}'),
    says: /datatype is "FLOAT", expected one of BOOL/,
  },
  {
    name: 'a datatype that every object has',
    body: request('{"name":"x","shape":[1],"datatype":"constructor","data":[1]}'),
    says: /datatype is "constructor"/,
  },
  {
    name: 'FP16',
    body: request('{"name":"x","shape":[1],"datatype":"FP16","data":[1]}'),
    says: /FP16 has no JSON form/,
  },
  {
    name: '300 as UINT8',
    body: request('{"name":"age","shape":[2],"datatype":"UINT8","data":[1,300]}'),
    says: /input age: element 1 is 300, expected a whole number from 0 to 255/,
  },
  {
    name: '2^63 as INT64',
    body: request('{"name":"x","shape":[1],"datatype":"INT64","data":[9223372036854775808]}'),
    says: /element 0 is 9223372036854775808/,
  },
  {
    name: 'an INT64 in exponent form, whose value is not certain',
    body: request('{"name":"x","shape":[1],"datatype":"INT64","data":[1e17]}'),
    says: /element 0 is 100000000000000000/,
  },
  {
    name: 'half a row as INT32',
    body: request('{"name":"x","shape":[1],"datatype":"INT32","data":[0.5]}'),
    says: /element 0 is 0.5/,
  },
  {
    name: 'a text as FP32',
    body: request('{"name":"x","shape":[1],"datatype":"FP32","data":["1"]}'),
    says: /element 0 is "1", expected a number/,
  },
  {
    name: 'a number beyond FP32',
    body: request('{"name":"x","shape":[1],"datatype":"FP32","data":[1e39]}'),
    says: /that FP32 can hold/,
  },
  {
    name: 'a number beyond FP64',
    body: request('{"name":"x","shape":[1],"datatype":"FP64","data":[1e400]}'),
    says: /expected a finite number/,
  },
  {
    name: 'a NUL in a string, which the runtime would cut at',
    body: request('{"name":"x","shape":[1],"datatype":"BYTES","data":["a\\u0000b"]}'),
    says: /without NUL/,
  },
  {
    name: 'an input twice',
    body: request(
      '{"name":"x","shape":[1],"datatype":"FP32","data":[1]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}',
    ),
    says: /input x is there twice/,
  },
  {
    name: 'nesting that would exhaust the stack',
    body: `{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":${'['.repeat(50_000)}1234567890123456${']'.repeat(50_000)}}]}`,
    says: /nested too deeply|expected/,
  },
]) {
  test(`a request with ${name} is refused with a sentence`, () => {
    const parse = () => parseInferRequest(body);

    assert.throws(
      parse,
      (error) =>
        error instanceof MergewayError && error.code === 'MW_REQUEST_INVALID' && says.test(error.message),
    );
  });
}

const takes = [
  { name: 'age', datatype: 'INT64', shape: [-1, 1] },
  { name: 'carrier', datatype: 'BYTES', shape: [-1, 1] },
] as const;

const age: Tensor = { datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(40n) };
const carrier: Tensor = { datatype: 'BYTES', shape: [1, 1], data: ['UA'] };

for (const { name, inputs, says } of [
  {
    name: 'a missing input',
    inputs: { age },
    says: /carrier is missing; the model takes age INT64 \[-1,1\]/,
  },
  {
    name: 'a misspelt input',
    inputs: { age, carrier, carier: carrier },
    says: /no input "carier"; did you mean carrier/,
  },
  {
    name: 'another datatype',
    inputs: { age: carrier, carrier },
    says: /age is BYTES, the model takes INT64/,
  },
  {
    name: 'another rank',
    inputs: { age: { ...age, shape: [1] }, carrier },
    says: /age has shape \[1\], the model takes \[-1,1\]/,
  },
  {
    name: 'another fixed dimension',
    inputs: { age: { ...age, shape: [1, 2] }, carrier },
    says: /age has shape \[1,2\]/,
  },
]) {
  test(`${name} is refused against the model's metadata`, () => {
    const check = () => checkInputs(new Map(Object.entries(inputs)), takes);

    assert.throws(check, says);
  });
}

test('inputs that fit the model are accepted in any order', () => {
  checkInputs(new Map(Object.entries({ carrier, age })), takes);
});

test('an output that the model does not have is refused', () => {
  assert.throws(() => checkOutputs(['score'], takes), /no output "score"; it gives age INT64/);
});

test('a response echoes model, version and id', () => {
  const text = writeInferResponse({ model: 'm', version: 'v1', id: '7', outputs: [['y', carrier]] });

  assert.deepEqual(JSON.parse(text), {
    model_name: 'm',
    model_version: 'v1',
    id: '7',
    outputs: [{ name: 'y', shape: [1, 1], datatype: 'BYTES', data: ['UA'] }],
  });
});

test('a response of a server without versions to a request without id has neither', () => {
  const text = writeInferResponse({ model: 'm', outputs: [] });

  assert.equal(text, '{"model_name":"m","outputs":[]}');
});

test('NaN and infinities are null in a response', () => {
  const data = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1);

  const text = writeTensor('y', { datatype: 'FP32', shape: [3], data });

  assert.equal(text, '{"name":"y","shape":[3],"datatype":"FP32","data":[null,null,1]}');
});

test('an FP16 output is refused in JSON', () => {
  const tensor = { datatype: 'FP16', shape: [1], data: Uint16Array.of(15360) } as const;

  assert.throws(() => writeTensor('y', tensor), /output y is FP16/);
});

const data: Readonly<Record<Exclude<Datatype, 'FP16'>, fc.Arbitrary<TensorData>>> = {
  BOOL: fc.uint8Array({ max: 1 }),
  UINT8: fc.uint8Array(),
  UINT16: fc.uint16Array(),
  UINT32: fc.uint32Array(),
  UINT64: fc.bigUint64Array(),
  INT8: fc.int8Array(),
  INT16: fc.int16Array(),
  INT32: fc.int32Array(),
  INT64: fc.bigInt64Array(),
  FP32: fc.float32Array({ noDefaultInfinity: true }),
  FP64: fc.float64Array({ noDefaultInfinity: true }),
  BYTES: fc.array(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))),
};

for (const [datatype, arbitrary] of Object.entries(data)) {
  test(`${datatype} survives JSON: what is written is read back, bit for bit`, () => {
    fc.assert(
      fc.property(arbitrary, (values) => {
        const tensor: Tensor = {
          datatype: datatype as Datatype,
          shape: [values.length],
          data: plain(values),
        };

        assert.deepEqual(tensorOf(writeTensor('x', tensor)), tensor);
      }),
    );
  });
}

/** JSON has one zero and one NaN. */
function plain(values: TensorData): TensorData {
  if (values instanceof Float32Array || values instanceof Float64Array) {
    return values.map((value) => (value === 0 ? 0 : value)) as TensorData;
  }
  return values;
}
