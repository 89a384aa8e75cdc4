/** Tensors of the port to tensors of onnxruntime-node and back: type names, bit patterns and what the runtime gets wrong. */

import type { Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-node';
import { MergewayError } from '#core/errors.ts';
import type { Datatype, Tensor, TensorData } from '#core/ports/model-backend.ts';

type OrtType = OrtTensor.Type;

const ORT_TYPES = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<Datatype, OrtType>;

const DATATYPES: Readonly<Partial<Record<string, Datatype>>> = Object.fromEntries(
  Object.entries(ORT_TYPES).map(([datatype, type]) => [type, datatype as Datatype]),
);

/** The Open Inference Protocol's name of a runtime type; undefined where it has none (`int4` …). */
export function datatypeOf(type: string): Datatype | undefined {
  return DATATYPES[type];
}

/** A tensor that the runtime takes. MW_INFERENCE_FAILED for text it would silently cut. */
export function toOrt(Ort: TensorConstructor, name: string, tensor: Tensor): OrtTensor {
  if (tensor.datatype === 'BYTES') refuseNul(name, tensor.data as readonly string[]);
  const made = new Ort(ORT_TYPES[tensor.datatype], tensor.data as Uint8Array, tensor.shape);
  // The package turns half floats into a Float16Array, which its native part then reads as empty: hand over the bits.
  if (tensor.datatype === 'FP16') Object.defineProperty(made, 'cpuData', { value: tensor.data });
  return made;
}

/** The runtime's tensor in the port's form. */
export function fromOrt(tensor: OrtTensor): Tensor {
  const datatype = DATATYPES[tensor.type] ?? 'FP32';
  return { datatype, shape: tensor.dims, data: dataOf(datatype, tensor) };
}

function dataOf(datatype: Datatype, { data }: OrtTensor): TensorData {
  if (datatype !== 'FP16' || data instanceof Uint16Array) return data as TensorData;
  const bits = data as unknown as Uint16Array;
  return new Uint16Array(bits.buffer, bits.byteOffset, bits.length);
}

/** onnxruntime-node ends a string at its first NUL: "a\0b" would arrive as "a". */
function refuseNul(name: string, strings: readonly string[]): void {
  const at = strings.findIndex((text) => text.includes('\0'));
  if (at < 0) return;
  throw new MergewayError(
    'MW_INFERENCE_FAILED',
    `input ${name}: element ${at} holds a NUL character, which the runtime would cut the text at`,
  );
}
