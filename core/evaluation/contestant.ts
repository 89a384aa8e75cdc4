/** A model that takes part in an evaluation, candidate or champion: loaded, bound to columns, run in batches. */

import { MergewayError } from '../errors.ts';
import type { LoadedModel, ModelBackend, Tensor } from '../ports/model-backend.ts';
import { type Binding, bind, type PredictNames } from './binding.ts';
import { readScores, type ScoreBlock } from './scores.ts';
import { type CellColumns, type NameRow, type RowRange, tensorOf } from './tensors.ts';
import { refuseUnseen, type UnseenColumn } from './unseen.ts';

export interface Contestant {
  /** `candidate` or `champion v1.2.0`, for messages. */
  readonly name: string;
  /** Columns that its inputs need. */
  readonly columns: readonly string[];
  /** Scores of the rows. MW_INFERENCE_FAILED names the first row that the model refuses. */
  score(cells: CellColumns, rows: RowRange, nameRow: NameRow): Promise<ScoreBlock>;
  /** The input tensors of one row, made ahead of timing. */
  inputs(cells: CellColumns, rows: RowRange, nameRow: NameRow): Readonly<Record<string, Tensor>>;
  /** One bare run, to be timed. */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<unknown>;
  release(): Promise<void>;
}

/** Loads a model and binds it; `unseen`: columns that it must not read. MW_MODEL_INVALID, MW_MODEL_MISMATCH. */
export async function openContestant(
  backend: ModelBackend,
  {
    name,
    bytes,
    predict,
    unseen = [],
  }: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly predict: PredictNames;
    readonly unseen?: readonly UnseenColumn[];
  },
): Promise<Contestant> {
  const model = await load(backend, bytes, name);
  try {
    const opened = contestant(name, model, bind(model, predict, name));
    refuseUnseen(name, opened.columns, unseen);
    return opened;
  } catch (error) {
    await model.release();
    throw error;
  }
}

async function load(backend: ModelBackend, bytes: Uint8Array, name: string): Promise<LoadedModel> {
  try {
    return await backend.load(bytes, { threads: 1 });
  } catch (cause) {
    if (!(cause instanceof MergewayError)) throw cause;
    throw new MergewayError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

function contestant(name: string, model: LoadedModel, binding: Binding): Contestant {
  const columns = [...new Set(binding.inputs.flatMap((input) => input.columns))];
  return {
    name,
    columns,
    score,
    inputs,
    run: (tensors) => model.infer(tensors),
    release: () => model.release(),
  };

  async function score(cells: CellColumns, rows: RowRange, nameRow: NameRow): Promise<ScoreBlock> {
    if (binding.rowsAtOnce === 1 && rows.to - rows.from > 1) return inHalves(cells, rows, nameRow);
    const tensors = inputs(cells, rows, nameRow);
    const outputs = await attempt(tensors, rows, nameRow);
    if (!outputs) return inHalves(cells, rows, nameRow);
    const block = readScores(outputs[binding.output], rows.to - rows.from, name);
    requireNumbers(block, rows, nameRow);
    return block;
  }

  /** The outputs; undefined when several rows failed together and must be told apart. */
  async function attempt(tensors: Readonly<Record<string, Tensor>>, rows: RowRange, nameRow: NameRow) {
    try {
      return await model.infer(tensors);
    } catch (cause) {
      if (rows.to - rows.from > 1) return undefined;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MergewayError('MW_INFERENCE_FAILED', `${name} fails on ${nameRow(rows.from)}: ${reason}`, {
        cause,
      });
    }
  }

  async function inHalves(cells: CellColumns, { from, to }: RowRange, nameRow: NameRow): Promise<ScoreBlock> {
    const middle = from + Math.ceil((to - from) / 2);
    const first = await score(cells, { from, to: middle }, nameRow);
    const second = await score(cells, { from: middle, to }, nameRow);
    return joinBlocks([first, second], name);
  }

  function inputs(cells: CellColumns, rows: RowRange, nameRow: NameRow): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(
      binding.inputs.map((input) => [input.name, tensorOf(input, cells, rows, nameRow)]),
    );
  }

  function requireNumbers({ scores, width }: ScoreBlock, { from }: RowRange, nameRow: NameRow): void {
    const broken = scores.findIndex((value) => !Number.isFinite(value));
    if (broken < 0) return;
    const row = nameRow(from + Math.floor(broken / width));
    throw new MergewayError('MW_INFERENCE_FAILED', `${name} scores ${scores[broken]} on ${row}`);
  }
}

/** Blocks one below the other. MW_MODEL_MISMATCH when their widths differ. */
export function joinBlocks(blocks: readonly ScoreBlock[], whose: string): ScoreBlock {
  const width = blocks[0]?.width ?? 1;
  const different = blocks.find((block) => block.width !== width);
  if (different) {
    throw new MergewayError(
      'MW_MODEL_MISMATCH',
      `${whose}: the output has ${width} and then ${different.width} scores per row`,
    );
  }
  const scores = new Float64Array(blocks.reduce((sum, block) => sum + block.scores.length, 0));
  let at = 0;
  for (const block of blocks) {
    scores.set(block.scores, at);
    at += block.scores.length;
  }
  return { width, scores };
}
