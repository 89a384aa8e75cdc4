/**
 * A model's inputs out of a request that may leave features out. What the request brings wins over what is looked up; what is missing
 * is filled as model.yaml says, by the same conversion to tensors as in training.
 */

import type { Dtype } from '#core/config/features.ts';
import { nearest } from '#core/config/nearest.ts';
import { MergewayError } from '#core/errors.ts';
import type { Binding } from '#core/evaluation/binding.ts';
import { tensorOf } from '#core/evaluation/tensors.ts';
import type { Value } from '#core/expression/types.ts';
import { filled } from '#core/features/defaults.ts';
import type { FeatureStatus, LookedUp } from '#core/features/online-lookup.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import type { Cell } from '#core/ports/table.ts';
import { invalid, show } from '#core/wire/tensor-json.ts';
import { cellOf, rowValues } from './cells.ts';
import type { FeaturePlan } from './feature-plan.ts';

type Given = ReadonlyMap<string, Tensor>;
type BoundInput = Binding['inputs'][number];

/** Rows of one request that are looked up, and values that they may have together: a request of keys is small, its answer is not. */
const MOST_ROWS = 10_000;
const MOST_VALUES = 250_000;
/** Missing values that a refusal names. */
const MOST_NAMED = 20;

export interface Assembled {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** What was looked up; absent where the request brought everything. */
  readonly found?: FoundFeatures;
}

interface FoundFeatures {
  readonly rows: number;
  /** By column that the service gives, as the model gets it: filled where it was missing. */
  readonly cells: Readonly<Record<string, readonly Cell[]>>;
  /** By feature that was looked up and not brought along. */
  readonly statuses: Readonly<Record<string, readonly FeatureStatus[]>>;
}

/** Refuses what no request of this version has, and what it needs and lacks. MW_REQUEST_INVALID. */
export function checkGiven(plan: FeaturePlan, given: Given): void {
  const stranger = [...given.keys()].find((name) => !plan.names.has(name));
  if (stranger !== undefined) {
    const guess = nearest(stranger, [...plan.names]);
    throw invalid(`the model has no input ${show(stranger)}${guess ? `; did you mean ${guess}?` : ''}`);
  }
  const missing = missingColumns(plan, given);
  const lost = missing.find((column) => !plan.provided.has(column));
  if (lost !== undefined) {
    throw invalid(`input ${lost} is missing, and the features of ${plan.service.name} do not give it`);
  }
  if (missing.length > 0) requireKeys(plan, given, missing);
}

/** `at`: microseconds since 1970. MW_REQUEST_INVALID, MW_FEATURES_MISSING, MW_ONLINE_STORE_UNREACHABLE. */
export async function assemble(plan: FeaturePlan, given: Given, at: bigint): Promise<Assembled> {
  checkGiven(plan, given);
  const missing = missingColumns(plan, given);
  const found = missing.length > 0 ? await lookUp(plan, { given, missing, at }) : undefined;
  const inputs: Record<string, Tensor> = {};
  for (const input of plan.binding.inputs) {
    inputs[input.name] = wholeInput(plan, input, given) ?? fromColumns(input, given, found);
  }
  return { inputs, ...(found && { found }) };
}

/** The columns that the inputs still need when everything given is used. */
function missingColumns({ binding }: FeaturePlan, given: Given): readonly string[] {
  return binding.inputs
    .filter(({ name }) => !given.has(name))
    .flatMap(({ columns }) => columns)
    .filter((column) => !given.has(column));
}

function requireKeys({ joinKeys, service }: FeaturePlan, given: Given, missing: readonly string[]): void {
  const needed = [...joinKeys, ...service.requestFields.map(({ name }) => name)];
  const lost = needed.find((name) => !given.has(name));
  if (lost === undefined) return;
  const shown = missing.slice(0, MOST_NAMED).join(', ') + (missing.length > MOST_NAMED ? ', …' : '');
  throw invalid(
    `input ${lost} is missing: send ${needed.join(', ')} for the features of ${service.name} to be looked up, or send ${shown}`,
  );
}

async function lookUp(
  plan: FeaturePlan,
  { given, missing, at }: { readonly given: Given; readonly missing: readonly string[]; readonly at: bigint },
): Promise<FoundFeatures> {
  const names = [...plan.joinKeys, ...plan.service.requestFields.map(({ name }) => name)];
  const fields = names.map((name) => [name, rowValues(name, given.get(name) as Tensor)] as const);
  const rows = countRows(fields, plan.provided.size);
  const keys = Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(fields.map(([name, values]) => [name, values[row] ?? null])),
  );
  const looked = rows === 0 ? [] : await plan.lookup(keys, at);
  refuseMissing(plan, missing, looked);
  return {
    rows,
    cells: Object.fromEntries(
      [...plan.provided].map(([column, dtype]) => [column, cellsOf(plan, { column, dtype, looked })]),
    ),
    statuses: statusesOf(plan, given, looked),
  };
}

function countRows(fields: readonly (readonly [string, readonly Value[]])[], features: number): number {
  const [first = '', values = []] = fields[0] ?? [];
  const other = fields.find(([, { length }]) => length !== values.length);
  if (other) {
    throw invalid(`input ${first} has ${values.length} rows, and input ${other[0]} has ${other[1].length}`);
  }
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(features, 1))));
  if (values.length <= most) return values.length;
  throw invalid(
    `${features} features of ${values.length} rows are wanted, at most ${most} rows are looked up at a time`,
  );
}

/** Named in the order of rows: what the model can not do without. */
function refuseMissing(plan: FeaturePlan, missing: readonly string[], looked: readonly LookedUp[]): void {
  const strict = missing.filter((column) => plan.strict.has(column));
  if (strict.length === 0) return;
  const problems: string[] = [];
  for (const [row, { values, statuses }] of looked.entries()) {
    for (const column of strict) {
      if ((values[column] ?? null) !== null) continue;
      problems.push(`row ${row + 1}: ${column} is ${statuses[column] ?? 'NULL_VALUE'}`);
    }
    if (problems.length > MOST_NAMED) break;
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, MOST_NAMED).join(', ') + (problems.length > MOST_NAMED ? ', …' : '');
  throw new MergewayError('MW_FEATURES_MISSING', shown);
}

function cellsOf(
  { defaults }: FeaturePlan,
  {
    column,
    dtype,
    looked,
  }: { readonly column: string; readonly dtype: Dtype; readonly looked: readonly LookedUp[] },
): readonly Cell[] {
  return looked.map(({ values }) => cellOf(filled(values[column] ?? null, column, defaults), dtype));
}

function statusesOf(
  { service }: FeaturePlan,
  given: Given,
  looked: readonly LookedUp[],
): FoundFeatures['statuses'] {
  const features = service.outputs.filter(({ kind, column }) => kind === 'feature' && !given.has(column));
  return Object.fromEntries(
    features.map(({ column }) => [column, looked.map(({ statuses }) => statuses[column] ?? 'NOT_FOUND')]),
  );
}

/** An input that the request brings as the model takes it; undefined where its columns are to be put together. */
function wholeInput(plan: FeaturePlan, input: BoundInput, given: Given): Tensor | undefined {
  const tensor = given.get(input.name);
  if (!tensor || !isField(plan, input)) return tensor;
  if (tensor.datatype !== input.datatype) return undefined;
  const [rows = 0] = tensor.shape;
  if (tensor.data.length !== rows) return tensor;
  return { ...tensor, shape: input.rank === 1 ? [rows] : [rows, 1] };
}

/** Whether the input is also what features are looked up by or given as: such a one may have another shape and datatype. */
function isField({ joinKeys, service, provided }: FeaturePlan, { name, columns }: BoundInput): boolean {
  if (columns.length !== 1 || columns[0] !== name) return false;
  return (
    joinKeys.includes(name) ||
    service.requestFields.some((field) => field.name === name) ||
    provided.has(name)
  );
}

function fromColumns(input: BoundInput, given: Given, found: FoundFeatures | undefined): Tensor {
  const cells: Record<string, readonly Cell[]> = {};
  for (const column of input.columns) {
    const tensor = given.get(column);
    cells[column] = tensor
      ? rowValues(column, tensor).map((value) => cellOf(value))
      : (found?.cells[column] ?? []);
  }
  const rows = evenRows(cells);
  try {
    // What stands in the online store is none of the client's business.
    const shown = found && (() => 'another value');
    return tensorOf(input, cells, { from: 0, to: rows }, (row) => `row ${row + 1}`, shown);
  } catch (cause) {
    if (!(cause instanceof MergewayError)) throw cause;
    throw new MergewayError(found ? 'MW_FEATURES_MISSING' : 'MW_REQUEST_INVALID', cause.message, { cause });
  }
}

function evenRows(cells: Readonly<Record<string, readonly Cell[]>>): number {
  const [[first, { length }] = ['', []], ...others] = Object.entries(cells);
  const other = others.find(([, values]) => values.length !== length);
  if (other) throw invalid(`${first} has ${length} rows, and ${other[0]} has ${other[1].length}`);
  return length;
}
