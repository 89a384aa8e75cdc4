/**
 * Which columns a prediction's rows have, and how their values are written. A layout depends on the version and on what a request
 * brought; requests of one kind share it. Restricted values are hashed with a key before they leave the request's turn, or left out.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { Datatype, Tensor } from '#core/ports/model-backend.ts';
import { PREFIX } from '#core/predictions/columns.ts';
import type { Tensors } from '../batch/stack.ts';
import { rowValues } from '../features/cells.ts';
import type { Made } from '../features/feature-request.ts';
import type { ServedVersion } from '../served-version.ts';
import type { ColumnType, LogColumn } from './log-file.ts';

/** Tensors that give a row more values than this are not logged: an image is no feature. */
const MOST_VALUES = 1_000;

/** Shapes of a version's requests that are remembered. */
const MOST_LAYOUTS = 100;

/** `bare`: the column of the data; undefined where nobody knows which one it is. */
type ColumnName = readonly [bare: string | undefined, name: string];

/** Values of several columns side by side, row-major. */
interface Block {
  /** Equal for blocks of equal columns, within a version. */
  readonly id: string;
  readonly width: number;
  readonly type: ColumnType;
  readonly values: ArrayLike<unknown>;
  readonly names: () => readonly ColumnName[];
}

type Treatment = 'plain' | 'hash' | 'omit';

/** What is worked out once for requests of one kind. */
interface Layout {
  readonly columns: readonly LogColumn[];
  /** How the columns of each block are written; undefined: all as they are. */
  readonly treatments: readonly (readonly Treatment[] | undefined)[];
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
  /** The values of a row, as the inside of a JSON array, each after a comma. */
  row(index: number): string;
  /** Equal for rows of equal columns, within a version. */
  readonly shape: string;
}

const layouts = new WeakMap<ServedVersion, Map<string, Layout>>();

/** What of a prediction is written down, row by row. */
export function loggedRows(loggable: Loggable, key: KeyObject): LoggedRows {
  const { served, made } = loggable;
  const rows = made.found?.rows ?? rowsOf(loggable);
  const blocks = blocksOf(loggable, rows);
  const shape = blocks.map(({ id, width, type }) => `${id}/${width}/${type}`).join();
  const { columns, treatments } = layoutOf(served, shape, blocks);
  return {
    rows,
    columns,
    shape,
    row(index) {
      let text = '';
      for (const [place, block] of blocks.entries())
        text += rowText(block, index, { treatments: treatments[place], key });
      return text;
    },
  };
}

function layoutOf(served: ServedVersion, shape: string, blocks: readonly Block[]): Layout {
  const known = layouts.get(served) ?? new Map<string, Layout>();
  layouts.set(served, known);
  const layout = known.get(shape) ?? newLayout(served, blocks);
  if (known.size >= MOST_LAYOUTS) known.clear();
  known.set(shape, layout);
  return layout;
}

function newLayout({ prepared }: ServedVersion, blocks: readonly Block[]): Layout {
  const hidden = prepared?.settings.serve.log.restricted ?? 'hash';
  const restricted = prepared?.restricted ?? new Set();
  const isRestricted = ([bare]: ColumnName) =>
    bare === undefined ? restricted.size > 0 : restricted.has(bare.toLowerCase());
  const treatmentOf = (name: ColumnName) => (isRestricted(name) ? hidden : 'plain');
  const columns = blocks.flatMap(({ type, names }) =>
    names().flatMap((name): readonly LogColumn[] => {
      const treatment = treatmentOf(name);
      if (treatment === 'omit') return [];
      return [[name[1], treatment === 'hash' ? 'STRING' : type]];
    }),
  );
  const treatments = blocks.map(({ names }) => {
    const each = names().map(treatmentOf);
    return each.every((treatment) => treatment === 'plain') ? undefined : each;
  });
  return { columns, treatments };
}

function rowText(
  { width, values }: Block,
  row: number,
  { treatments, key }: { readonly treatments: readonly Treatment[] | undefined; readonly key: KeyObject },
): string {
  let text = '';
  for (let place = 0; place < width; place++) {
    const value = values[row * width + place];
    const treatment = treatments?.[place] ?? 'plain';
    if (treatment === 'omit') continue;
    text += treatment === 'hash' ? `,${hashed(value, key)}` : `,${jsonOf(value)}`;
  }
  return text;
}

function blocksOf(loggable: Loggable, rows: number): readonly Block[] {
  const { served, made, outputs } = loggable;
  const { model } = served.loaded;
  return [
    ...fieldBlocks(loggable),
    ...model.inputs.flatMap(({ name }) =>
      tensorBlock(made.inputs[name], rows, {
        id: `${PREFIX.feature}${name}`,
        names: (width) => inputNames(served, name, width),
      }),
    ),
    ...foundBlocks(loggable),
    ...model.outputs.flatMap(({ name }) =>
      tensorBlock(outputs[name], rows, {
        id: `${PREFIX.output}${name}`,
        names: (width) => placeNames(PREFIX.output, name, width),
      }),
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
    return [single([name, `${prefix}${name}`], TYPES[tensor.datatype], values)];
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
    ...others.map(([column, values]) =>
      single(
        [column, `${PREFIX.feature}${column}`],
        CELL_TYPES[features.provided.get(column) ?? 'String'],
        values,
      ),
    ),
    // How a feature was found says nothing of its value.
    ...Object.entries(found.statuses).map(([column, values]) =>
      single(['', `${PREFIX.status}${column}`], 'STRING', values),
    ),
  ];
}

function single(name: ColumnName, type: ColumnType, values: ArrayLike<unknown>): Block {
  return { id: name[1], width: 1, type, values, names: () => [name] };
}

function tensorBlock(
  tensor: Tensor | undefined,
  rows: number,
  { id, names }: { readonly id: string; readonly names: (width: number) => readonly ColumnName[] },
): readonly Block[] {
  if (!tensor || rows === 0) return [];
  const width = tensor.data.length / rows;
  if (!Number.isInteger(width) || width === 0 || width > MOST_VALUES) return [];
  if (rows > 1 && tensor.shape[0] !== rows) return [];
  return [{ id, width, type: TYPES[tensor.datatype], values: valuesOf(tensor), names: () => names(width) }];
}

function valuesOf({ datatype, data }: Tensor): ArrayLike<unknown> {
  if (datatype === 'FP16') return new Float16Array((data as Uint16Array).slice().buffer);
  return datatype === 'BOOL' ? Array.from(data as Uint8Array, (bit) => bit !== 0) : data;
}

/** An input's values by the columns that it takes, else by its own name and their places: any of them may be any column. */
function inputNames({ prepared }: ServedVersion, name: string, width: number): readonly ColumnName[] {
  const columns = prepared?.binding?.inputs.find((input) => input.name === name)?.columns;
  if (columns?.length !== width) {
    return placeNames(PREFIX.feature, name, width).map(([, place]) => [undefined, place]);
  }
  return columns.map((column) => [column, `${PREFIX.feature}${column}`]);
}

function placeNames(prefix: string, name: string, width: number): readonly ColumnName[] {
  if (width === 1) return [[name, `${prefix}${name}`]];
  return Array.from({ length: width }, (_, place) => [name, `${prefix}${name}.${place}`]);
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

function hashed(value: unknown, key: KeyObject): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'null';
  return `"${hashText(String(value), key)}"`;
}

/**
 * HMAC-SHA256, hex: equal values can be joined, and nobody without the key can try values out. Bytes in place of the key object would
 * cost ten times as much.
 */
export function hashText(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
