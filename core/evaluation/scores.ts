/** A model's output tensor as scores: a row-major block, `width` numbers per row. */

import { MergewayError } from '../errors.ts';
import type { Tensor } from '../ports/model-backend.ts';

export interface ScoreBlock {
  readonly width: number;
  readonly scores: Float64Array;
}

/** The output of a run over `rows` rows. MW_MODEL_MISMATCH when it is text or has another shape. */
export function readScores(output: Tensor | undefined, rows: number, whose: string): ScoreBlock {
  if (!output) throw new MergewayError('MW_MODEL_MISMATCH', `${whose}: the run gave no such output`);
  const { shape, data, datatype } = output;
  if (datatype === 'BYTES') {
    throw new MergewayError('MW_MODEL_MISMATCH', `${whose}: the output holds text, not scores`);
  }
  const width = shape.length === 1 ? 1 : (shape[1] ?? 0);
  if (shape[0] !== rows || shape.length > 2 || width === 0 || data.length !== rows * width) {
    throw new MergewayError(
      'MW_MODEL_MISMATCH',
      `${whose}: the output has shape [${shape.join(', ')}] for ${rows} rows, expected [${rows}] or [${rows}, scores]`,
    );
  }
  return { width, scores: toFloats(output) };
}

/** The scores of one column, such as the positive class's. */
export function scoreColumn({ width, scores }: ScoreBlock, column: number): Float64Array {
  if (width === 1) return scores;
  return Float64Array.from({ length: scores.length / width }, (_, row) => scores[row * width + column] ?? 0);
}

function toFloats({ datatype, data }: Tensor): Float64Array {
  if (datatype === 'FP16') return Float64Array.from(halves(data as Uint16Array));
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

function halves(bits: Uint16Array): Float16Array {
  return new Float16Array(bits.slice().buffer);
}
