/** A prediction's score by `evaluate.predict`: the one number that gates and monitors judge a row by. */

import { readScores, type ScoreBlock } from '#core/evaluation/scores.ts';
import type { Tensor } from '#core/ports/model-backend.ts';
import type { ServingSettings } from '#core/wire/serving-settings.ts';

/** The score of a row; null where the task has more than one number, or the output is of another shape. */
export function scoresOf(
  settings: ServingSettings | undefined,
  outputs: Readonly<Record<string, Tensor>>,
  rows: number,
): (row: number) => number | null {
  const block = settings && blockOf(settings, outputs, rows);
  const column = settings && block && columnOf(settings, block);
  if (!block || column === undefined) return () => null;
  return (row) => finite(block.scores[row * block.width + column]);
}

function blockOf(
  { predict }: ServingSettings,
  outputs: Readonly<Record<string, Tensor>>,
  rows: number,
): ScoreBlock | undefined {
  try {
    return readScores(outputs[predict.output], rows, '');
  } catch {
    return undefined;
  }
}

/** The same column as in evaluation. */
function columnOf({ task, predict }: ServingSettings, { width }: ScoreBlock): number | undefined {
  if (width === 1) return 0;
  if (task !== 'binary-classification') return undefined;
  return predict.positive ?? (width === 2 ? 1 : undefined);
}

function finite(score: number | undefined): number | null {
  return score !== undefined && Number.isFinite(score) ? score : null;
}
