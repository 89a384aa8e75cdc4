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

/** Labels and predictions that are numbers. */
export interface NumericPredictions {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly weights?: Float64Array;
}

export interface RegressionPredictions extends NumericPredictions {
  readonly task: 'regression';
}

export interface RankingPredictions extends NumericPredictions {
  readonly task: 'ranking';
  /** Which list (of one query) each row belongs to. Labels are relevances, none negative; rows of one list weigh the same. */
  readonly lists: Clusters;
}

export interface ForecastingPredictions extends NumericPredictions {
  readonly task: 'forecasting';
  readonly series: Clusters;
  /** Each row's: mean absolute error of the naive forecast on what its series was trained on; null where nobody gave it. */
  readonly scales: Float64Array | null;
}

/** Rows that belong together and are not independent. */
export interface Clusters {
  /** From 0 to `count` - 1, of each row. */
  readonly codes: Int32Array;
  readonly count: number;
}

export type Predictions =
  | BinaryPredictions
  | MulticlassPredictions
  | RegressionPredictions
  | RankingPredictions
  | ForecastingPredictions;

/** Rows that are drawn together in a resample, by the task itself: a list is ranked as a whole, and one series' errors resemble each other. */
export function clustersOf(predictions: Predictions): Clusters | undefined {
  switch (predictions.task) {
    case 'ranking':
      return predictions.lists;
    case 'forecasting':
      return predictions.series;
    case 'binary-classification':
    case 'multiclass-classification':
    case 'regression':
      return undefined;
  }
}

/** Numbers the distinct values in the order in which they come. */
export function clusters(values: Iterable<string>, rows: number): Clusters {
  const found = new Map<string, number>();
  const codes = new Int32Array(rows);
  let row = 0;
  for (const value of values) {
    const code = found.get(value) ?? found.size;
    found.set(value, code);
    codes[row++] = code;
  }
  return { codes, count: found.size };
}

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
export function select<Kind extends Predictions>(predictions: Kind, rows: readonly number[]): Kind;
export function select(predictions: Predictions, rows: readonly number[]): Predictions {
  const weights = predictions.weights ? { weights: take(predictions.weights, rows) } : {};
  switch (predictions.task) {
    case 'binary-classification': {
      const { labels, scores } = predictions;
      return { ...predictions, labels: take(labels, rows), scores: take(scores, rows), ...weights };
    }
    case 'multiclass-classification':
      return { ...selectClasses(predictions, rows), ...weights };
    case 'regression':
      return { ...predictions, ...takeNumbers(predictions, rows), ...weights };
    case 'ranking':
      return {
        ...predictions,
        ...takeNumbers(predictions, rows),
        lists: selectClusters(predictions.lists, rows),
        ...weights,
      };
    case 'forecasting':
      return {
        ...predictions,
        ...takeNumbers(predictions, rows),
        series: selectClusters(predictions.series, rows),
        scales: predictions.scales && take(predictions.scales, rows),
        ...weights,
      };
  }
}

function selectClasses(predictions: MulticlassPredictions, rows: readonly number[]): MulticlassPredictions {
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
  };
}

function takeNumbers({ labels, scores }: NumericPredictions, rows: readonly number[]) {
  return { labels: take(labels, rows), scores: take(scores, rows) };
}

/** The clusters of the rows with these indices, numbered anew: some have none of them. */
export function selectClusters({ codes }: Clusters, rows: readonly number[]): Clusters {
  return clusters(
    Array.from(rows, (row) => String(codes[row])),
    rows.length,
  );
}

function take<Column extends Uint8Array | Int32Array | Float64Array>(
  column: Column,
  rows: readonly number[],
): Column {
  const taken = column.slice(0, rows.length) as Column;
  for (const [to, from] of rows.entries()) taken[to] = column[from] ?? 0;
  return taken;
}
