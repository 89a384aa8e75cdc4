import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inspectOnnx } from '#core/candidate/onnx-file.ts';
import { MergewayError } from '#core/errors.ts';
import { addModel, externalDataModel, floats, onnxModel, zipMapModel } from '#test/support/onnx.ts';

/** Protobuf by hand: `field(7, …bytes)` is a length-delimited field, `number(1, 8)` a varint below 128. */
function field(id: number, ...content: readonly (Uint8Array | string)[]): Uint8Array {
  const body = Buffer.concat(content.map((one) => Buffer.from(one as Uint8Array)));
  assert.ok(body.length < 16_384);
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  return Buffer.concat([tag(id, 2), Buffer.from(length), body]);
}

function number(id: number, value: number): Uint8Array {
  return Buffer.concat([tag(id, 0), Buffer.from([value])]);
}

function tag(id: number, wire: number): Uint8Array {
  const key = id * 8 + wire;
  return Buffer.from(key < 128 ? [key] : [(key & 127) | 128, key >> 7]);
}

const OUTPUT = field(12, field(1, 'y'), field(2, field(1, number(1, 1))));

/** A model whose graph holds `parts` beside an output, and `rest` beside the graph. */
function model(parts: readonly Uint8Array[], rest: readonly Uint8Array[] = []): Uint8Array {
  return Buffer.concat([number(1, 8), field(7, ...parts, OUTPUT), ...rest]);
}

function node(op: string, domain: string, ...attributes: readonly Uint8Array[]): Uint8Array {
  return field(1, field(4, op), field(7, domain), ...attributes);
}

/** A TensorProto named `w` whose data is at `location`. */
function outside(location: string): Uint8Array {
  return Buffer.concat([field(8, 'w'), field(13, field(1, 'location'), field(2, location)), number(14, 1)]);
}

test('a model is summed up without running it', () => {
  const bytes = onnxModel({
    inputs: [
      { name: 'x', type: 'float', shape: ['N', 2] },
      { name: 'w', type: 'float', shape: [2] },
    ],
    outputs: [{ name: 'y', type: 'float', shape: ['N', 2] }],
    nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: [{ name: 'w', type: 'float', shape: [2], raw: floats(1, 2) }],
  });

  assert.deepEqual(inspectOnnx(bytes), {
    irVersion: 8,
    opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
    producer: 'mergeway-test',
    inputs: ['x'],
    outputs: ['y'],
    nodes: 1,
  });
});

const graphAttribute = (tensor: Uint8Array) => field(5, field(1, 'body'), field(6, field(5, tensor)));

for (const { name, bytes } of [
  { name: 'an initializer', bytes: externalDataModel('weights.bin') },
  { name: 'an initializer at an absolute path', bytes: externalDataModel('/etc/passwd') },
  { name: 'an initializer above the folder', bytes: externalDataModel('../../secret') },
  { name: 'a tensor attribute', bytes: model([node('Constant', '', field(5, field(5, outside('a'))))]) },
  { name: 'a list of tensors', bytes: model([node('X', '', field(5, field(10, outside('a'))))]) },
  { name: 'a subgraph', bytes: model([node('If', '', graphAttribute(outside('a')))]) },
  {
    name: 'a subgraph of a subgraph',
    bytes: model([node('If', '', field(5, field(11, node('If', '', graphAttribute(outside('a'))))))]),
  },
  { name: 'a sparse initializer', bytes: model([field(15, field(1, outside('a')))]) },
  { name: "a sparse initializer's indices", bytes: model([field(15, field(2, outside('a')))]) },
  { name: 'a sparse attribute', bytes: model([node('X', '', field(5, field(22, field(1, outside('a')))))]) },
  {
    name: 'a function of the file',
    bytes: model(
      [],
      [field(25, field(1, 'f'), field(7, field(4, 'Constant'), field(5, field(5, outside('a')))))],
    ),
  },
  { name: 'training information', bytes: model([], [field(20, field(1, field(5, outside('a'))))]) },
  { name: 'a second graph, which parsers merge', bytes: model([], [field(7, field(5, outside('a')))]) },
  { name: 'the mark alone, without a location', bytes: model([field(5, field(8, 'w'), number(14, 1))]) },
  { name: 'a location alone, without the mark', bytes: model([field(5, field(13, field(1, 'location')))]) },
]) {
  test(`data outside the file is refused: ${name}`, () => {
    assert.throws(() => inspectOnnx(bytes), { code: 'MW_MODEL_INVALID', message: /outside the file/ });
  });
}

for (const { name, bytes, message } of [
  { name: 'nothing', bytes: new Uint8Array(), message: /no graph/ },
  { name: 'a text', bytes: Buffer.from('hello, this is no model'), message: /at byte \d+/ },
  {
    name: 'a ZipMap output',
    bytes: zipMapModel(),
    message: /"probabilities" is a sequence.*'zipmap': False/,
  },
  {
    name: 'an operator of an unknown domain',
    bytes: model([node('PyOp', 'ai.onnx.contrib')]),
    message: /"PyOp" is of domain "ai\.onnx\.contrib"/,
  },
  {
    name: 'an operator of an unknown domain in a subgraph',
    bytes: model([node('If', '', field(5, field(6, node('PyOp', 'ai.onnx.contrib'))))]),
    message: /"PyOp"/,
  },
  { name: 'a compiled context', bytes: model([node('EPContext', 'com.microsoft')]), message: /EPContext/ },
  {
    name: 'a graph without outputs',
    bytes: Buffer.concat([number(1, 8), field(7, field(2, 'g'))]),
    message: /no output/,
  },
  {
    name: 'a graph that is a number',
    bytes: Buffer.concat([number(1, 8), number(7, 1)]),
    message: /no message/,
  },
  { name: 'field number 0', bytes: Uint8Array.of(0, 1), message: /field number 0/ },
  { name: 'an endless number', bytes: Uint8Array.of(8, ...Array(11).fill(255)), message: /too long/ },
  { name: 'a length of 2⁶³', bytes: Uint8Array.of(0x3a, ...Array(8).fill(255), 127), message: /bytes where/ },
]) {
  test(`refused: ${name}`, () => {
    assert.throws(() => inspectOnnx(bytes), { code: 'MW_MODEL_INVALID', message });
  });
}

test('a function of the file may have any domain', () => {
  const bytes = model([node('Gelu', 'pkg.torch')], [field(25, field(1, 'Gelu'), field(10, 'pkg.torch'))]);

  assert.equal(inspectOnnx(bytes).nodes, 1);
});

test('a hundred nested subgraphs are refused, not a stack overflow', () => {
  let graph = Buffer.concat([]);
  for (let depth = 0; depth < 100; depth++) graph = Buffer.from(node('If', '', field(5, field(6, graph))));

  assert.throws(() => inspectOnnx(model([graph])), {
    code: 'MW_MODEL_INVALID',
    message: /nest deeper than 100/,
  });
});

test('names in messages are short and have no control characters', () => {
  const bytes = model([node(`\u001b[31m${'x'.repeat(500)}`, 'evil\n::error::')]);

  assert.throws(
    () => inspectOnnx(bytes),
    ({ message }: MergewayError) => !/\p{Cc}/u.test(message) && message.length < 400,
  );
});

test('cut off anywhere, a model is refused or still whole', () => {
  const whole = addModel(1);
  for (let length = 0; length < whole.length; length++) {
    try {
      inspectOnnx(whole.subarray(0, length));
    } catch (error) {
      assert.ok(error instanceof MergewayError, `cut at ${length}: ${error}`);
    }
  }
});

test('whatever the bytes, there is an answer or a coded error', () => {
  const mutated = fc
    .tuple(
      fc.constantFrom(addModel(1), zipMapModel(), externalDataModel('x')),
      fc.nat(),
      fc.nat({ max: 255 }),
    )
    .map(([bytes, at, value]) => bytes.map((byte, index) => (index === at % bytes.length ? value : byte)));

  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
      try {
        assert.ok(inspectOnnx(bytes).outputs.length > 0);
      } catch (error) {
        assert.ok(error instanceof MergewayError && error.code === 'MW_MODEL_INVALID', String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
