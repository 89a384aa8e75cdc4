/**
 * Predictions beside what came true, by column: the one input of every metric.
 * Values are checked where they are read (core/evaluation); here labels and scores have equal length and scores are finite.
 */

export interface BinaryPredictions {
  readonly task: 'binary-classification';
  /** 1 for a positive row, 0 for a negative one. */
  readonly labels: Uint8Array;
  /** Higher is more positive. */
  readonly scores: Float64Array;
  /** Score from which a row is predicted positive, itself included. */
  readonly threshold: number;
  /** Sample weights, none negative; absent: every row weighs 1. */
  readonly weights?: Float64Array;
}

export interface MulticlassPredictions {
  readonly task: 'multiclass-classification';
  /** Sorted; labels, predictions and score columns are indices into it. */
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  /** Row-major, a column per class; null where only the predicted class is known. */
  readonly scores: Float64Array | null;
  readonly weights?: Float64Array;
}

export interface RegressionPredictions {
  readonly task: 'regression';
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly weights?: Float64Array;
}

export type Predictions = BinaryPredictions | MulticlassPredictions | RegressionPredictions;

/** The sample weights, all ones where there are none. */
export function weightsOf(predictions: Predictions): Float64Array {
  return predictions.weights ?? new Float64Array(predictions.labels.length).fill(1);
}

/** The predicted class of each row: the first of the highest scores, as numpy's argmax. */
export function argmax(scores: Float64Array, classes: number): Int32Array {
  const predicted = new Int32Array(scores.length / classes);
  for (let row = 0; row < predicted.length; row++) {
    let best = 0;
    for (let column = 1; column < classes; column++) {
      if ((scores[row * classes + column] ?? 0) > (scores[row * classes + best] ?? 0)) best = column;
    }
    predicted[row] = best;
  }
  return predicted;
}

/** The rows with these indices. */
export function select(predictions: Predictions, rows: readonly number[]): Predictions {
  const weights = predictions.weights ? { weights: take(predictions.weights, rows) } : {};
  if (predictions.task !== 'multiclass-classification') {
    const { labels, scores } = predictions;
    return {
      ...predictions,
      labels: take(labels, rows),
      scores: take(scores, rows),
      ...weights,
    } as Predictions;
  }
  const width = predictions.classes.length;
  const { scores } = predictions;
  return {
    ...predictions,
    labels: take(predictions.labels, rows),
    predicted: take(predictions.predicted, rows),
    scores:
      scores &&
      take(
        scores,
        rows.flatMap((row) => Array.from({ length: width }, (_, c) => row * width + c)),
      ),
    ...weights,
  };
}

function take<Column extends Uint8Array | Int32Array | Float64Array>(
  column: Column,
  rows: readonly number[],
): Column {
  const taken = column.slice(0, rows.length) as Column;
  for (const [to, from] of rows.entries()) taken[to] = column[from] ?? 0;
  return taken;
}
