/**
 * Tensors in the JSON of the Open Inference Protocol (inference_rest.md, "Tensor Data"), both ways. JSON has no NaN: `null` stands
 * for it in FP32 and FP64. Infinities are refused in requests and written as `null`. FP16 has no JSON form at all.
 */

import { MergewayError } from '../errors.ts';
import type { Datatype, Tensor, TensorData } from '../ports/model-backend.ts';

/** A tensor may not claim more elements than this, zero dimensions counted as one: intermediate results are sized by them. */
const MOST_ELEMENTS = 2 ** 24;
const HIGHEST_RANK = 16;

type JsonDatatype = Exclude<Datatype, 'FP16'>;

/** Reads one element; undefined when it is none of the datatype. */
type Read<Element> = (value: unknown) => Element | undefined;

const integers = {
  UINT8: [0n, 255n],
  UINT16: [0n, 65535n],
  UINT32: [0n, 4294967295n],
  UINT64: [0n, 2n ** 64n - 1n],
  INT8: [-128n, 127n],
  INT16: [-32768n, 32767n],
  INT32: [-2147483648n, 2147483647n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;

const READERS: Readonly<Record<JsonDatatype, (values: readonly unknown[]) => TensorData | number>> = {
  BOOL: (values) => fill(new Uint8Array(values.length), values, readBool),
  UINT8: (values) => fill(new Uint8Array(values.length), values, integer('UINT8')),
  UINT16: (values) => fill(new Uint16Array(values.length), values, integer('UINT16')),
  UINT32: (values) => fill(new Uint32Array(values.length), values, integer('UINT32')),
  UINT64: (values) => fill(new BigUint64Array(values.length), values, bigInteger('UINT64')),
  INT8: (values) => fill(new Int8Array(values.length), values, integer('INT8')),
  INT16: (values) => fill(new Int16Array(values.length), values, integer('INT16')),
  INT32: (values) => fill(new Int32Array(values.length), values, integer('INT32')),
  INT64: (values) => fill(new BigInt64Array(values.length), values, bigInteger('INT64')),
  FP32: (values) => fill(new Float32Array(values.length), values, readFloat(Math.fround)),
  FP64: (values) => fill(new Float64Array(values.length), values, readFloat(Number)),
  BYTES: (values) => fill(new Array<string>(values.length), values, readText),
};

const EXPECTED: Readonly<Record<JsonDatatype, string>> = {
  BOOL: 'true or false',
  FP32: 'a number that FP32 can hold, or null for NaN',
  FP64: 'a finite number, or null for NaN',
  BYTES: 'a string without NUL characters',
  ...(Object.fromEntries(
    Object.entries(integers).map(([name, [low, high]]) => [name, `a whole number from ${low} to ${high}`]),
  ) as Record<keyof typeof integers, string>),
};

/** The tensor called `name` out of its parsed JSON members. MW_REQUEST_INVALID names the tensor, what was expected and what came. */
export function readTensor(
  name: string,
  given: { readonly datatype: unknown; readonly shape: unknown; readonly data: unknown },
): Tensor {
  const datatype = readDatatype(name, given.datatype);
  const shape = readShape(name, given.shape);
  const values = flatten(name, shape, given.data);
  const data = READERS[datatype](values);
  if (typeof data === 'number') {
    throw invalid(`input ${name}: element ${data} is ${show(values[data])}, expected ${EXPECTED[datatype]}`);
  }
  return { datatype, shape, data };
}

/** The elements as a JSON array, flat and row-major. MW_REQUEST_INVALID for FP16. */
export function writeData(name: string, { datatype, data }: Tensor): string {
  switch (datatype) {
    case 'FP16':
      throw invalid(`output ${name} is FP16, which has no JSON form; ask for other outputs`);
    case 'BOOL':
      return `[${Array.from(data as Uint8Array, (bit) => bit !== 0).join(',')}]`;
    case 'INT64':
    case 'UINT64':
      return `[${data.join(',')}]`;
    default:
      return JSON.stringify(Array.isArray(data) ? data : Array.from(data as Float64Array));
  }
}

/** A refusal of a request, in the error catalogue's terms. */
export function invalid(message: string): MergewayError {
  return new MergewayError('MW_REQUEST_INVALID', message);
}

/** A received value for an error message: short, and on one line. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'bigint') return String(value);
  const text = jsonOf(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
  } catch {
    return 'nested too deeply to be shown';
  }
}

function readDatatype(name: string, datatype: unknown): JsonDatatype {
  if (datatype === 'FP16' || datatype === 'BF16') {
    throw invalid(`input ${name}: ${datatype} has no JSON form; send FP32 to a model that takes it`);
  }
  if (typeof datatype === 'string' && Object.hasOwn(READERS, datatype)) return datatype as JsonDatatype;
  throw invalid(
    `input ${name}: datatype is ${show(datatype)}, expected one of ${Object.keys(READERS).join(', ')}`,
  );
}

function readShape(name: string, shape: unknown): readonly number[] {
  const isShape =
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0));
  if (!isShape || shape.length > HIGHEST_RANK) {
    throw invalid(
      `input ${name}: shape is ${show(shape)}, expected at most ${HIGHEST_RANK} whole numbers from 0`,
    );
  }
  let claimed = 1;
  for (const size of shape) claimed *= Math.max(size, 1);
  if (claimed > MOST_ELEMENTS) {
    throw invalid(
      `input ${name}: shape ${show(shape)} claims ${claimed} elements, at most ${MOST_ELEMENTS} are accepted`,
    );
  }
  return shape;
}

/** Flat elements of flat or nested data, after checking that they are as many as the shape says. */
function flatten(name: string, shape: readonly number[], data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) {
    throw invalid(
      `input ${name}: data is ${show(data)}, expected an array (binary and shared-memory data are not supported)`,
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (!data.some(Array.isArray)) {
    if (data.length === count) return data;
    throw invalid(`input ${name}: shape ${show(shape)} needs ${count} elements, data has ${data.length}`);
  }

  const flat: unknown[] = [];
  unnest(name, { shape, depth: 0, data, flat });
  return flat;
}

interface Nested {
  readonly shape: readonly number[];
  readonly depth: number;
  readonly data: unknown;
  readonly flat: unknown[];
}

function unnest(name: string, { shape, depth, data, flat }: Nested): void {
  const size = shape[depth];
  if (!Array.isArray(data) || data.length !== size) {
    const got = Array.isArray(data) ? `${data.length} elements` : show(data);
    throw invalid(
      `input ${name}: nested data does not follow shape ${show(shape)}: expected ${size ?? 0} elements at depth ${depth}, got ${got}`,
    );
  }
  if (depth === shape.length - 1) {
    for (const value of data) flat.push(value);
    return;
  }
  for (const inner of data) unnest(name, { shape, depth: depth + 1, data: inner, flat });
}

/** Fills `into`; returns it, or the index of the first value that is none of the datatype. */
function fill<Element, Into extends { [index: number]: Element }>(
  into: Into,
  values: readonly unknown[],
  read: Read<Element>,
): Into | number {
  for (let i = 0; i < values.length; i++) {
    const element = read(values[i]);
    if (element === undefined) return i;
    into[i] = element;
  }
  return into;
}

function readBool(value: unknown): number | undefined {
  if (value === true || value === 1) return 1;
  return value === false || value === 0 ? 0 : undefined;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && !value.includes('\0') ? value : undefined;
}

function readFloat(round: (value: number) => number): Read<number> {
  return (value) => {
    if (value === null) return Number.NaN;
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    const float = Number(value);
    return Number.isFinite(round(float)) ? float : undefined;
  };
}

function integer(datatype: keyof typeof integers): Read<number> {
  const [low, high] = [Number(integers[datatype][0]), Number(integers[datatype][1])];
  return (value) => {
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
    return fits ? value : undefined;
  };
}

/** Whole numbers beyond 2^53 arrive as bigint; a float of that size (1e17) has no certain value and is refused. */
function bigInteger(datatype: 'INT64' | 'UINT64'): Read<bigint> {
  const [low, high] = integers[datatype];
  return (value) => {
    const exact = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    return typeof exact === 'bigint' && exact >= low && exact <= high ? exact : undefined;
  };
}
