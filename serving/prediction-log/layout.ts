/**
 * Which columns a prediction's rows have, and how their values are written. A layout depends on the version and on what a request
 * brought; requests of one kind share it. Restricted values are hashed with a key before they leave the request's turn, or left out.
 */

import { createHmac } from 'node:crypto';
import { PREFIX } from '#core/predictions/columns.ts';
import type { Datatype, Tensor } from '#core/ports/model-backend.ts';
import type { Tensors } from '../batch/stack.ts';
import type { Made } from '../features/feature-request.ts';
import { rowValues } from '../features/cells.ts';
import type { ServedVersion } from '../served-version.ts';
import type { ColumnType, LogColumn } from './log-file.ts';

/** Tensors that give a row more values than this are not logged: an image is no feature. */
const MOST_VALUES = 1_000;

/** Values of several columns side by side, row-major. */
interface Block {
  /** Names without and with their prefix. */
  readonly names: readonly (readonly [bare: string, name: string])[];
  readonly type: ColumnType;
  readonly values: ArrayLike<unknown>;
}

export interface Loggable {
  readonly served: ServedVersion;
  /** As the request brought them. */
  readonly given: ReadonlyMap<string, Tensor>;
  readonly made: Made;
  readonly outputs: Tensors;
}

export interface LoggedRows {
  readonly rows: number;
  readonly columns: readonly LogColumn[];
  /** The values of a row, each as JSON. */
  row(index: number): readonly string[];
  /** Equal for rows of equal columns. */
  readonly shape: string;
}

/** What of a prediction is written down, row by row. */
export function loggedRows(loggable: Loggable, key: Uint8Array): LoggedRows {
  const { served, made } = loggable;
  const rows = made.found?.rows ?? rowsOf(loggable);
  const blocks = blocksOf(loggable, rows);
  const restricted = served.prepared?.restricted;
  const omit = served.prepared?.settings.serve.log.restricted === 'omit';
  const isHidden = (bare: string) => restricted?.has(bare.toLowerCase()) ?? false;

  const columns: LogColumn[] = [];
  const readers: ((row: number) => string)[] = [];
  for (const { names, type, values } of blocks) {
    const width = names.length;
    for (const [place, [bare, name]] of names.entries()) {
      if (isHidden(bare)) {
        if (omit) continue;
        columns.push([name, 'STRING']);
        readers.push((row) => hashed(values[row * width + place], key));
        continue;
      }
      columns.push([name, type]);
      readers.push((row) => jsonOf(values[row * width + place]));
    }
  }
  const shape = blocks.map(({ names, type }) => `${names[0]?.[1]}/${names.length}/${type}`).join();
  return { rows, columns, row: (index) => readers.map((read) => read(index)), shape };
}

function blocksOf(loggable: Loggable, rows: number): readonly Block[] {
  const { served, made, outputs } = loggable;
  const { model } = served.loaded;
  return [
    ...fieldBlocks(loggable),
    ...model.inputs.flatMap(({ name }) => tensorBlock(made.inputs[name], rows, inputNames(served, name))),
    ...foundBlocks(loggable),
    ...model.outputs.flatMap(({ name }) =>
      tensorBlock(outputs[name], rows, (width) => placeNames(PREFIX.output, name, width)),
    ),
  ];
}

/** Join keys and request fields that the request brought. */
function fieldBlocks({ served, given }: Loggable): readonly Block[] {
  const features = served.prepared?.features;
  if (!features) return [];
  const fields = [
    ...features.joinKeys.map((name) => [PREFIX.entity, name] as const),
    ...features.service.requestFields.map(({ name }) => [PREFIX.request, name] as const),
  ];
  return fields.flatMap(([prefix, name]) => {
    const tensor = given.get(name);
    if (!tensor) return [];
    const values = rowValues(name, tensor);
    return [{ names: [[name, `${prefix}${name}`] as const], type: TYPES[tensor.datatype], values }];
  });
}

/** What the service gives beside the model's columns, and how each feature was found. */
function foundBlocks({ served, made }: Loggable): readonly Block[] {
  const { features } = served.prepared ?? {};
  const { found } = made;
  if (!features || !found) return [];
  const own = new Set(features.binding.inputs.flatMap(({ columns }) => columns));
  const others = Object.entries(found.cells).filter(([column]) => !own.has(column));
  return [
    ...others.map(([column, values]) => ({
      names: [[column, `${PREFIX.feature}${column}`] as const],
      type: CELL_TYPES[features.provided.get(column) ?? 'String'],
      values,
    })),
    ...Object.entries(found.statuses).map(([column, values]) => ({
      // How a feature was found says nothing of its value.
      names: [['', `${PREFIX.status}${column}`] as const],
      type: 'STRING' as const,
      values,
    })),
  ];
}

function tensorBlock(
  tensor: Tensor | undefined,
  rows: number,
  namesOf: (width: number) => Block['names'],
): readonly Block[] {
  if (!tensor || rows === 0) return [];
  const width = tensor.data.length / rows;
  if (!Number.isInteger(width) || width === 0 || width > MOST_VALUES) return [];
  if (rows > 1 && tensor.shape[0] !== rows) return [];
  const values = tensor.datatype === 'FP16' ? halves(tensor.data as Uint16Array) : tensor.data;
  const bits = tensor.datatype === 'BOOL';
  return [
    {
      names: namesOf(width),
      type: TYPES[tensor.datatype],
      values: bits ? Array.from(values as Uint8Array, (bit) => bit !== 0) : values,
    },
  ];
}

/** An input's values by the columns that it takes, else by its own name and their places. */
function inputNames({ prepared }: ServedVersion, name: string): (width: number) => Block['names'] {
  const columns = prepared?.binding?.inputs.find((input) => input.name === name)?.columns;
  return (width) =>
    columns?.length === width
      ? columns.map((column) => [column, `${PREFIX.feature}${column}`] as const)
      : placeNames(PREFIX.feature, name, width);
}

function placeNames(prefix: string, name: string, width: number): Block['names'] {
  if (width === 1) return [[name, `${prefix}${name}`]];
  return Array.from({ length: width }, (_, place) => [name, `${prefix}${name}.${place}`] as const);
}

/** The first dimension that all inputs share; a request without one is a single row. */
function rowsOf({ made, outputs }: Loggable): number {
  const firsts = [...Object.values(made.inputs), ...Object.values(outputs)].map(({ shape }) => shape[0]);
  const [first] = firsts;
  return first !== undefined && firsts.every((one) => one === first) ? first : 1;
}

const TYPES: Readonly<Record<Datatype, ColumnType>> = {
  BOOL: 'BOOLEAN',
  UINT8: 'INT64',
  UINT16: 'INT64',
  UINT32: 'INT64',
  // Beyond a signed 64-bit column.
  UINT64: 'DOUBLE',
  INT8: 'INT64',
  INT16: 'INT64',
  INT32: 'INT64',
  INT64: 'INT64',
  FP16: 'DOUBLE',
  FP32: 'DOUBLE',
  FP64: 'DOUBLE',
  BYTES: 'STRING',
};

/** Times are ISO 8601, as a model would get them. */
const CELL_TYPES = {
  Int32: 'INT64',
  Int64: 'INT64',
  Float32: 'DOUBLE',
  Float64: 'DOUBLE',
  String: 'STRING',
  Bool: 'BOOLEAN',
  UnixTimestamp: 'STRING',
} as const;

/** NaN and infinities are no numbers of the log; whole numbers beyond 2^53 go as text. */
function jsonOf(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'bigint') return `"${value}"`;
  return JSON.stringify(value ?? null);
}

function hashed(value: unknown, key: Uint8Array): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'null';
  return `"${hashText(String(value), key)}"`;
}

/** HMAC-SHA256, hex: equal values can be joined, and nobody without the key can try values out. */
export function hashText(text: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function halves(bits: Uint16Array): Float16Array {
  return new Float16Array(bits.slice().buffer);
}
