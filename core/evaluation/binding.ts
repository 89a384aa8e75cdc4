/** How a model's tensors meet the table's columns: every ONNX input takes the column of its name, or one tensor takes `predict.columns` side by side. */

import type { z } from 'zod';
import type { Predict } from '../config/evaluate.ts';
import { nearest } from '../config/nearest.ts';
import { MergewayError } from '../errors.ts';
import type { LoadedModel, TensorInfo } from '../ports/model-backend.ts';

export type PredictNames = Pick<z.infer<typeof Predict>, 'output' | 'input' | 'columns' | 'positive'>;

interface BoundInput {
  readonly name: string;
  readonly datatype: TensorInfo['datatype'];
  readonly columns: readonly string[];
  readonly rank: 1 | 2;
}

export interface Binding {
  readonly inputs: readonly BoundInput[];
  readonly output: string;
  /** Rows that the model takes at once; 0: any number. */
  readonly rowsAtOnce: 0 | 1;
}

/** Fits model and `predict` together. MW_MODEL_MISMATCH, saying of `whose` model. */
export function bind(
  model: Pick<LoadedModel, 'inputs' | 'outputs'>,
  predict: PredictNames,
  whose: string,
): Binding {
  requireName('output', predict.output, model.outputs, whose);
  const single = singleInput(model.inputs, predict, whose);
  const inputs = model.inputs.map((info): BoundInput => {
    const columns = info === single ? (predict.columns ?? [info.name]) : [info.name];
    return { name: info.name, datatype: info.datatype, columns, rank: rankOf(info, columns, whose) };
  });
  return { inputs, output: predict.output, rowsAtOnce: rowsAtOnce(model.inputs, whose) };
}

function singleInput(
  inputs: readonly TensorInfo[],
  { input, columns }: PredictNames,
  whose: string,
): TensorInfo | undefined {
  if (input !== undefined) return requireName('input', input, inputs, whose);
  if (!columns) return undefined;
  const [only, ...others] = inputs;
  if (only && others.length === 0) return only;
  throw mismatch(whose, `\`predict.columns\` needs \`predict.input\`: the model has ${describe(inputs)}`);
}

function requireName(
  side: 'input' | 'output',
  name: string,
  infos: readonly TensorInfo[],
  whose: string,
): TensorInfo {
  const found = infos.find((info) => info.name === name);
  if (found) return found;
  const guess = nearest(
    name,
    infos.map((info) => info.name),
  );
  const hint = guess ? `; did you mean \`${guess}\`?` : '';
  throw mismatch(whose, `there is no ${side} \`${name}\`, it has ${describe(infos)}${hint}`);
}

function rankOf({ name, shape }: TensorInfo, columns: readonly string[], whose: string): 1 | 2 {
  const width = shape[1] ?? 1;
  const fits = width < 0 || width === columns.length;
  if (shape.length === 1 && columns.length === 1) return 1;
  if (shape.length === 2 && fits) return 2;
  throw mismatch(
    whose,
    `input \`${name}\` has shape [${shape.join(', ')}], which does not take ${columns.length} column${columns.length === 1 ? '' : 's'} per row`,
  );
}

function rowsAtOnce(inputs: readonly TensorInfo[], whose: string): 0 | 1 {
  const fixed = inputs.map(({ shape }) => shape[0] ?? -1).find((rows) => rows > 0);
  if (fixed === undefined) return 0;
  if (fixed === 1) return 1;
  throw mismatch(whose, `it takes exactly ${fixed} rows at once; export it with a free first dimension`);
}

function describe(infos: readonly TensorInfo[]): string {
  const shown = infos
    .slice(0, 20)
    .map(({ name, datatype, shape }) => `${name} (${datatype} [${shape.join(', ')}])`);
  return infos.length > 20 ? `${shown.join(', ')} and ${infos.length - 20} more` : shown.join(', ');
}

function mismatch(whose: string, problem: string): MergewayError {
  return new MergewayError('MW_MODEL_MISMATCH', `${whose}: ${problem}`);
}
