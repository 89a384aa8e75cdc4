/** Scores and labels brought together as predictions of a task. */

import type { Task } from '../config/evaluate.ts';
import { MergewayError } from '../errors.ts';
import { argmax, type Predictions } from '../metrics/predictions.ts';
import { binaryLabels, classLabels, type LabelColumn, numericLabels } from './labels.ts';
import { type ScoreBlock, scoreColumn } from './scores.ts';

/** Scores from which a row is predicted positive, where `predict.threshold` says nothing. */
export const DEFAULT_THRESHOLD = 0.5;

export interface Reading {
  readonly task: Task;
  readonly positive?: number | undefined;
  readonly threshold?: number | undefined;
}

/** Predictions of a model on all rows. MW_MODEL_MISMATCH when the output's width does not fit the task; MW_ROWS_INVALID. */
export function predictionsOf(
  block: ScoreBlock,
  label: LabelColumn,
  { task, positive, threshold = DEFAULT_THRESHOLD }: Reading,
  whose: string,
): Predictions {
  switch (task) {
    case 'binary-classification': {
      const scores = scoreColumn(block, positiveColumn(block, positive, whose));
      return { task, labels: binaryLabels(label), scores, threshold };
    }
    case 'multiclass-classification':
      return multiclass(block, label, whose);
    case 'regression':
      if (block.width !== 1) throw misfit(whose, `${block.width} numbers per row, regression takes one`);
      return { task, labels: numericLabels(label), scores: block.scores };
  }
}

function multiclass(block: ScoreBlock, label: LabelColumn, whose: string): Predictions {
  const { classes, labels } = classLabels(label, block.width);
  if (classes.length !== block.width) {
    throw misfit(
      whose,
      `${block.width} scores per row, but ${label.name} has ${classes.length} classes (${classes.slice(0, 10).join(', ')}); a holdout needs every class`,
    );
  }
  return {
    task: 'multiclass-classification',
    classes,
    labels,
    scores: block.scores,
    predicted: argmax(block.scores, block.width),
  };
}

function positiveColumn({ width }: ScoreBlock, positive: number | undefined, whose: string): number {
  const column = positive ?? (width <= 2 ? width - 1 : undefined);
  if (column === undefined) {
    throw misfit(whose, `${width} scores per row; \`predict.positive\` must say which is the positive class`);
  }
  if (width > 1 && column >= width) {
    throw misfit(
      whose,
      `${width} scores per row; \`predict.positive\` is ${column}, the last is ${width - 1}`,
    );
  }
  return column;
}

function misfit(whose: string, problem: string): MergewayError {
  return new MergewayError('MW_MODEL_MISMATCH', `${whose}: the output has ${problem}`);
}
