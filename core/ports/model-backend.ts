/** Running a model. Serving, gates and batch share it. Tensors carry Open Inference Protocol datatypes. */

export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

export type TensorData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly string[];

export interface Tensor {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Row-major; BYTES are strings; BOOL is a Uint8Array of 0 and 1; FP16 a Uint16Array of bits. */
  readonly data: TensorData;
}

export interface TensorInfo {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 where the size is free. */
  readonly shape: readonly number[];
}

export interface LoadedModel {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** A run keeps the calling thread busy from its begin to its end: what it costs is the thread's processor time. Absent: it may wait. */
  readonly computesInThread?: true;
  /** Runs the model once. MW_INFERENCE_FAILED when the runtime refuses these inputs. */
  infer(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  /** Frees the model; it can't be used afterwards. */
  release(): Promise<void>;
}

export interface ModelBackend {
  /** Loads a model from its bytes after looking inside them (core/candidate/onnx-file). MW_MODEL_INVALID. */
  load(bytes: Uint8Array, options?: { readonly threads?: number }): Promise<LoadedModel>;
}
