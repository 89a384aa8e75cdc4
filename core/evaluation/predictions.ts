/** Scores and labels brought together as predictions of a task. */

import type { Task } from '../config/evaluate.ts';
import { MergewayError } from '../errors.ts';
import { argmax, type Clusters, type Predictions } from '../metrics/predictions.ts';
import { binaryLabels, classLabels, type LabelColumn, numericLabels, relevanceLabels } from './labels.ts';
import type { RowRoles } from './roles.ts';
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
  roles: RowRoles = {},
): Predictions {
  const weights = roles.weights ? { weights: roles.weights } : {};
  switch (task) {
    case 'binary-classification': {
      const scores = scoreColumn(block, positiveColumn(block, positive, whose));
      return { task, labels: binaryLabels(label), scores, threshold, ...weights };
    }
    case 'multiclass-classification':
      return { ...multiclass(block, label, whose), ...weights };
    case 'regression':
    case 'ranking':
    case 'forecasting':
      if (block.width !== 1) throw misfit(whose, `${block.width} numbers per row, ${task} takes one`);
      return numericPredictions({ task, label, scores: block.scores }, roles);
  }
}

/** Predictions whose scores are one number a row. MW_ROWS_INVALID for labels that do not fit. */
export function numericPredictions(
  {
    task,
    label,
    scores,
  }: {
    readonly task: 'regression' | 'ranking' | 'forecasting';
    readonly label: LabelColumn;
    readonly scores: Float64Array;
  },
  { weights, lists, series, scales }: RowRoles,
): Predictions {
  const weighing = weights ? { weights } : {};
  switch (task) {
    case 'regression':
      return { task, labels: numericLabels(label), scores, ...weighing };
    case 'ranking':
      return { task, labels: relevanceLabels(label), scores, lists: required(lists, 'query'), ...weighing };
    case 'forecasting':
      return {
        task,
        labels: numericLabels(label),
        scores,
        series: required(series, 'series'),
        scales: scales ?? null,
        ...weighing,
      };
  }
}

/** The configuration, or the command's options, were refused without it. */
function required(clusters: Clusters | undefined, role: string): Clusters {
  if (!clusters) throw new Error(`predictions have no ${role}`);
  return clusters;
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
