/**
 * What a metric is. `prepare` does the sorting and the logarithms once; the measure that it returns takes any row
 * weights in one pass, so that a bootstrap replicate is a weight vector and nothing is sorted again.
 */

import type { BinaryCounts } from './counts.ts';
import type {
  BinaryPredictions,
  ForecastingPredictions,
  MulticlassPredictions,
  NumericPredictions,
  RankingPredictions,
} from './predictions.ts';

/** A value that does not exist on these rows. scikit-learn warns and answers 0 (or 1); Mergeway says why. */
interface Undefined {
  readonly reason: string;
}

export type MetricValue = number | Undefined;

/** The value on rows weighted so; a weight of 0 leaves the row out. */
export type Measure = (weights: Float64Array) => MetricValue;

export interface Metric {
  /** In one line, as docs/metrics.md shows it. */
  readonly formula: string;
  /** Whose definition it is: a function of scikit-learn, or a paper. */
  readonly source: string;
  /** Where the source answers otherwise; most often it has a number where nothing is defined. */
  readonly differs?: string;
  /** Whether it has an interval also where no gate asks for it: resampling every metric would make evaluations slow. */
  readonly standard: boolean;
  /** Why no bootstrap can tell how well it is known. */
  readonly noInterval?: string;
  /** Of the counts at a threshold, where a threshold may be chosen by it: what is best at an extreme, such as recall, has none. */
  readonly atThreshold?: (counts: BinaryCounts) => MetricValue;
  readonly better: 'higher' | 'lower';
  /** Lowest and highest possible value. */
  readonly range: readonly [number, number];
  /**
   * Whether the value rests on the rows of one class, so that few of them make it noisy however many rows there are. `two`: only where there
   * are two classes; of more, all rows count alike.
   */
  readonly perClass: boolean | 'two';
  /** Whether the value is a share of the rows that are predicted positive, and so rests on them. */
  readonly perPredicted?: true;
  readonly binary?: (predictions: BinaryPredictions) => Measure;
  readonly multiclass?: (predictions: MulticlassPredictions) => Measure;
  /** Of forecasts too, where `forecasting` is absent. */
  readonly regression?: (predictions: NumericPredictions) => Measure;
  readonly ranking?: (predictions: RankingPredictions) => Measure;
  readonly forecasting?: (predictions: ForecastingPredictions) => Measure;
}

export function isDefined(value: MetricValue): value is number {
  return typeof value === 'number';
}

/** numerator / denominator, undefined for `reason` when the denominator is 0. */
export function ratio(numerator: number, denominator: number, reason: string): MetricValue {
  return denominator > 0 ? numerator / denominator : { reason };
}

/** Weighted mean of one value per row: Σ w·v / Σ w. A row that is NaN has no value: the mean is undefined for `reason` while such a row counts. */
export function weightedMean(values: Float64Array, reason = 'a row has no value'): Measure {
  const hollow = Uint32Array.from(values.keys()).filter((row) => Number.isNaN(values[row]));
  if (hollow.length === 0) return plainMean(values);

  const filled = plainMean(values.map((value) => (Number.isNaN(value) ? 0 : value)));
  return (weights) => (hollow.some((row) => (weights[row] ?? 0) > 0) ? { reason } : filled(weights));
}

function plainMean(values: Float64Array): Measure {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const weight = weights[row] ?? 0;
      sum += weight * (values[row] ?? 0);
      total += weight;
    }
    return ratio(sum, total, 'no rows');
  };
}

/** A measure's value, where there is one, through `change`. */
export function mapped(measure: Measure, change: (value: number) => number): Measure {
  return (weights) => {
    const value = measure(weights);
    return isDefined(value) ? change(value) : value;
  };
}

/** Mean of the measures, each for one class; undefined when one of them is. */
export function macro(measures: readonly { readonly name: string; readonly measure: Measure }[]): Measure {
  return average(measures.map((one) => ({ ...one, share: 1 })));
}

/** As `macro`, each class with its share; what has none is left out. */
export function average(
  measures: readonly { readonly name: string; readonly measure: Measure; readonly share: number }[],
): Measure {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (const { name, measure, share } of measures) {
      if (share === 0) continue;
      const value = measure(weights);
      if (!isDefined(value)) return { reason: `class ${name}: ${value.reason}` };
      sum += share * value;
      total += share;
    }
    return ratio(sum, total, 'no classes');
  };
}
