/**
 * Small ONNX files for tests, encoded by hand (protobuf wire format, field numbers of onnx.proto), so that no Python is needed.
 * `onnxModel` writes a model; the named models below are the ones that tests share.
 */

const VARINT = 0;
const BYTES = 2;
const FLOAT = 5;

export const ONNX_TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

export type OnnxType = keyof typeof ONNX_TYPES;

/** A tensor value; strings among the dimensions are symbolic (free). */
export interface Value {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** A value of type sequence(map(int64, float)), as ZipMap makes it. */
export interface MapsValue {
  readonly name: string;
  readonly maps: true;
}

export interface OnnxNode {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export type Attribute =
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly int: number }
  | { readonly text: string };

export interface Initializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Little-endian bytes of the data. */
  readonly raw?: Uint8Array;
  /** Keys of external data, such as `{location: '../secret'}`; then the file holds no data itself. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface OnnxGraph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly (Value | MapsValue)[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: readonly Initializer[];
}

/** The bytes of an ONNX file with this graph. */
export function onnxModel(graph: OnnxGraph): Uint8Array {
  return message(
    varint(1, 8),
    text(2, 'mergeway-test'),
    bytes(7, graphProto(graph)),
    bytes(8, message(text(1, ''), varint(2, 17))),
    bytes(8, message(text(1, 'ai.onnx.ml'), varint(2, 3))),
  );
}

function graphProto(graph: OnnxGraph): Uint8Array {
  return message(
    ...graph.nodes.map((node) => bytes(1, nodeProto(node))),
    text(2, 'test'),
    ...(graph.initializers ?? []).map((tensor) => bytes(5, tensorProto(tensor))),
    ...graph.inputs.map((value) => bytes(11, valueInfo(value))),
    ...graph.outputs.map((value) => bytes(12, valueInfo(value))),
  );
}

function nodeProto({ op, domain, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return message(
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
    text(7, domain ?? ''),
  );
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  if ('int' in value) return message(text(1, name), varint(3, value.int), varint(20, 2));
  if ('text' in value) return message(text(1, name), text(4, value.text), varint(20, 3));
  if ('floats' in value)
    return message(text(1, name), ...value.floats.map((one) => float(7, one)), varint(20, 6));
  if ('ints' in value)
    return message(text(1, name), ...value.ints.map((one) => varint(8, one)), varint(20, 7));
  return message(text(1, name), ...value.strings.map((one) => text(9, one)), varint(20, 8));
}

function tensorProto({ name, type, shape, raw, external }: Initializer): Uint8Array {
  return message(
    ...shape.map((size) => varint(1, size)),
    varint(2, ONNX_TYPES[type]),
    text(8, name),
    ...(raw ? [bytes(9, raw)] : []),
    ...Object.entries(external ?? {}).map(([key, value]) => bytes(13, message(text(1, key), text(2, value)))),
    ...(external ? [varint(14, 1)] : []),
  );
}

function valueInfo(value: Value | MapsValue): Uint8Array {
  if ('maps' in value) {
    const float = bytes(1, message(varint(1, ONNX_TYPES.float)));
    const map = bytes(5, message(varint(1, ONNX_TYPES.int64), bytes(2, float)));
    return message(text(1, value.name), bytes(2, message(bytes(4, message(bytes(1, map))))));
  }
  const shape = message(
    ...value.shape.map((size) =>
      bytes(1, typeof size === 'number' ? message(varint(1, size)) : message(text(2, size))),
    ),
  );
  const tensor = message(varint(1, ONNX_TYPES[value.type]), bytes(2, shape));
  return message(text(1, value.name), bytes(2, message(bytes(1, tensor))));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function varint(field: number, value: number): Uint8Array {
  return Buffer.concat([digits((field << 3) | VARINT), digits(value)]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([digits((field << 3) | BYTES), digits(value.length), value]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, Buffer.from(value));
}

function float(field: number, value: number): Uint8Array {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([digits((field << 3) | FLOAT), four]);
}

/** Base-128 digits, lowest first. */
function digits(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

/** Little-endian bytes of 32-bit floats. */
export function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** `y = x` for one type; x and y are [N, columns]. */
export function identityModel(type: OnnxType, columns = 1): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type, shape: ['N', columns] }],
    outputs: [{ name: 'y', type, shape: ['N', columns] }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
  });
}

/** `y = x + by`, x and y FP32 [N, 1]. */
export function addModel(by: number): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type: 'float', shape: ['N', 1] }],
    outputs: [{ name: 'y', type: 'float', shape: ['N', 1] }],
    nodes: [{ op: 'Add', inputs: ['x', 'by'], outputs: ['y'] }],
    initializers: [{ name: 'by', type: 'float', shape: [1], raw: floats(by) }],
  });
}

/** `y = table[x]`, x INT64 [N], y FP32 [N]: fails while it runs on an x that is no index of the table. */
export function lookupModel(...table: readonly number[]): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type: 'int64', shape: ['N'] }],
    outputs: [{ name: 'y', type: 'float', shape: ['N'] }],
    nodes: [{ op: 'Gather', inputs: ['table', 'x'], outputs: ['y'] }],
    initializers: [{ name: 'table', type: 'float', shape: [table.length], raw: floats(...table) }],
  });
}

/** `y = x - mean of x over the rows`, FP32 [N, 1]: its rows depend on each other, so it must not be batched. */
export function centringModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type: 'float', shape: ['N', 1] }],
    outputs: [{ name: 'y', type: 'float', shape: ['N', 1] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['x'],
        outputs: ['mean'],
        attributes: { axes: { ints: [0] }, keepdims: { int: 1 } },
      },
      { op: 'Sub', inputs: ['x', 'mean'], outputs: ['y'] },
    ],
  });
}

/** A classifier's ZipMap at the end, as scikit-learn exports have it by default: the output is no tensor. */
export function zipMapModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type: 'float', shape: ['N', 2] }],
    outputs: [{ name: 'probabilities', maps: true }],
    nodes: [
      {
        op: 'ZipMap',
        domain: 'ai.onnx.ml',
        inputs: ['x'],
        outputs: ['probabilities'],
        attributes: { classlabels_int64s: { ints: [0, 1] } },
      },
    ],
  });
}

/** `y = x + weights` where the weights are outside the file, at `location`. */
export function externalDataModel(location: string): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', type: 'float', shape: ['N', 1] }],
    outputs: [{ name: 'y', type: 'float', shape: ['N', 1] }],
    nodes: [{ op: 'Add', inputs: ['x', 'by'], outputs: ['y'] }],
    initializers: [
      { name: 'by', type: 'float', shape: [1], external: { location, offset: '0', length: '4' } },
    ],
  });
}
