/**
 * Open Inference Protocol V2 over REST, the inference request and response (kserve/open-inference-protocol, inference_rest.md).
 * Text in, tensors out, and back. Where the specification leaves a choice, docs of `tensor-json.ts` say ours.
 */

import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import type { Tensor, TensorInfo } from '../ports/model-backend.ts';
import { parseLossless } from './lossless-json.ts';
import { invalid, readTensor, show, writeData } from './tensor-json.ts';

/** More inputs than any honest request has. */
const MOST_INPUTS = 4096;
const LONGEST_NAME = 500;

export interface InferRequest {
  /** Echoed in the response. */
  readonly id?: string;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Names of the outputs that are wanted; absent: all. */
  readonly outputs?: readonly string[];
  readonly parameters?: Parameters;
}

/** Parameters of a request, as they came. */
export type Parameters = Readonly<Record<string, string | number | bigint | boolean>>;

export interface InferResponse {
  readonly model: string;
  /** Left out by servers without versions. */
  readonly version?: string | undefined;
  readonly id?: string | undefined;
  readonly outputs: readonly (readonly [name: string, tensor: Tensor])[];
}

type Members = Readonly<Record<string, unknown>>;

/** Parses a request's body. MW_REQUEST_INVALID says which input, what was expected and what came. */
export function parseInferRequest(text: string): InferRequest {
  const body = parseBody(text);
  const { id, inputs, outputs, parameters } = body;
  if (id !== undefined && !isName(id)) {
    throw invalid(`id is ${show(id)}, expected a string of at most ${LONGEST_NAME} characters`);
  }
  checkParameters('the request', parameters);

  return {
    ...(id === undefined ? {} : { id }),
    inputs: readInputs(inputs),
    ...(outputs === undefined ? {} : { outputs: readOutputs(outputs) }),
    ...(parameters === undefined ? {} : { parameters: parameters as Parameters }),
  };
}

/** Holds inputs against what the model takes. MW_REQUEST_INVALID. */
export function checkInputs(inputs: ReadonlyMap<string, Tensor>, takes: readonly TensorInfo[]): void {
  for (const info of takes) {
    const tensor = inputs.get(info.name);
    if (!tensor) throw invalid(`input ${info.name} is missing; the model takes ${list(takes)}`);
    checkInput(tensor, info);
  }
  if (inputs.size === takes.length) return;

  const known = takes.map(({ name }) => name);
  const stranger = [...inputs.keys()].find((name) => !known.includes(name)) ?? '';
  const guess = nearest(stranger, known);
  throw invalid(
    `the model has no input ${show(stranger)}${guess ? `; did you mean ${guess}?` : `; it takes ${list(takes)}`}`,
  );
}

/** Holds the wanted outputs against what the model gives. MW_REQUEST_INVALID. */
export function checkOutputs(wanted: readonly string[] | undefined, gives: readonly TensorInfo[]): void {
  const stranger = wanted?.find((name) => !gives.some((output) => output.name === name));
  if (stranger === undefined) return;
  throw invalid(`the model has no output ${show(stranger)}; it gives ${list(gives)}`);
}

/** Holds what a version gives against the outputs that were promised: of those that are wanted, name and datatype. MW_REQUEST_INVALID. */
export function checkPromised(
  wanted: readonly string[] | undefined,
  promised: readonly TensorInfo[],
  gives: readonly TensorInfo[],
): void {
  for (const { name, datatype } of promised) {
    if (wanted && !wanted.includes(name)) continue;
    const given = gives.find((output) => output.name === name);
    if (!given) throw invalid(`output ${name} is missing; it gives ${list(gives)}`);
    if (given.datatype !== datatype) {
      throw invalid(`output ${name} is ${given.datatype}, expected ${datatype}`);
    }
  }
}

/** The rows of every input whose first dimension is free, as a sentence; undefined when they are equally many. */
export function unevenRows(
  inputs: ReadonlyMap<string, Tensor>,
  takes: readonly TensorInfo[],
): string | undefined {
  const rows = takes
    .filter(({ shape }) => shape[0] === -1)
    .map(({ name }) => [name, inputs.get(name)?.shape[0]] as const);
  if (new Set(rows.map(([, count]) => count)).size < 2) return undefined;
  const shown = rows.slice(0, 20).map(([name, count]) => `${name} ${count}`);
  return shown.join(', ') + (rows.length > shown.length ? ', …' : '');
}

/** The body of a request for all outputs. MW_REQUEST_INVALID when an input has no JSON form (FP16). */
export function writeInferRequest(inputs: Readonly<Record<string, Tensor>>): string {
  return `{"inputs":[${Object.entries(inputs)
    .map(([name, tensor]) => writeTensor(name, tensor))
    .join(',')}]}`;
}

/** The body of a response. MW_REQUEST_INVALID when an output has no JSON form (FP16). */
export function writeInferResponse({ model, version, id, outputs }: InferResponse): string {
  const head = JSON.stringify({ model_name: model, model_version: version, id });
  return `${head.slice(0, -1)},"outputs":[${outputs.map(([name, tensor]) => writeTensor(name, tensor)).join(',')}]}`;
}

/** One tensor of a request or response as JSON. */
export function writeTensor(name: string, tensor: Tensor): string {
  const head = JSON.stringify({ name, shape: tensor.shape, datatype: tensor.datatype });
  return `${head.slice(0, -1)},"data":${writeData(name, tensor)}}`;
}

function parseBody(text: string): Members {
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch (cause) {
    if (cause instanceof MergewayError) throw cause;
    const why = cause instanceof SyntaxError ? cause.message.slice(0, 200) : 'it is nested too deeply';
    throw invalid(`the body is not JSON: ${why} (NaN and Infinity are not JSON either; null stands for NaN)`);
  }
  if (isMembers(body)) return body;
  throw invalid(`the body is ${show(body)}, expected an object with inputs`);
}

function readInputs(inputs: unknown): ReadonlyMap<string, Tensor> {
  if (!Array.isArray(inputs) || inputs.length > MOST_INPUTS) {
    throw invalid(`inputs is ${show(inputs)}, expected an array of at most ${MOST_INPUTS} tensors`);
  }
  const tensors = new Map<string, Tensor>();
  for (const [index, input] of inputs.entries()) {
    if (!isMembers(input) || !isName(input.name)) {
      throw invalid(
        `inputs[${index}] is ${show(input)}, expected an object with name, shape, datatype and data`,
      );
    }
    const { name, shape, datatype, data, parameters } = input as Members & { readonly name: string };
    if (tensors.has(name)) throw invalid(`input ${name} is there twice`);
    checkParameters(`input ${name}`, parameters);
    tensors.set(name, readTensor(name, { shape, datatype, data }));
  }
  return tensors;
}

function readOutputs(outputs: unknown): readonly string[] {
  if (!Array.isArray(outputs) || outputs.length > MOST_INPUTS) {
    throw invalid(`outputs is ${show(outputs)}, expected an array of objects with a name`);
  }
  return outputs.map((output, index) => {
    if (isMembers(output) && isName(output.name)) return output.name;
    throw invalid(`outputs[${index}] is ${show(output)}, expected an object with a name`);
  });
}

/** Of inputs they have no effect, of requests a few do (infer-parameters.ts); their form is checked all the same. */
function checkParameters(owner: string, parameters: unknown): void {
  if (parameters === undefined) return;
  const isParameter = (value: unknown) => ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  if (isMembers(parameters) && Object.values(parameters).every(isParameter)) return;
  throw invalid(
    `parameters of ${owner} are ${show(parameters)}, expected an object of strings, numbers and booleans`,
  );
}

function checkInput({ datatype, shape }: Tensor, info: TensorInfo): void {
  if (datatype !== info.datatype) {
    throw invalid(`input ${info.name} is ${datatype}, the model takes ${info.datatype}`);
  }
  const fits =
    shape.length === info.shape.length &&
    info.shape.every((size, axis) => size === -1 || size === shape[axis]);
  if (!fits) {
    throw invalid(`input ${info.name} has shape [${shape}], the model takes [${info.shape}] (-1 is free)`);
  }
}

function list(tensors: readonly TensorInfo[]): string {
  const shown = tensors.slice(0, 20).map(({ name, datatype, shape }) => `${name} ${datatype} [${shape}]`);
  const rest = tensors.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME;
}
