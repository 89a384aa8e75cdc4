/**
 * What a metric is. `prepare` does the sorting and the logarithms once; the measure that it returns takes any row
 * weights in one pass, so that a bootstrap replicate is a weight vector and nothing is sorted again.
 */

import type { BinaryPredictions, MulticlassPredictions, RegressionPredictions } from './predictions.ts';

/** A value that does not exist on these rows. scikit-learn warns and answers 0 (or 1); Mergeway says why. */
interface Undefined {
  readonly reason: string;
}

export type MetricValue = number | Undefined;

/** The value on rows weighted so; a weight of 0 leaves the row out. */
export type Measure = (weights: Float64Array) => MetricValue;

export interface Metric {
  readonly better: 'higher' | 'lower';
  /** Lowest and highest possible value. */
  readonly range: readonly [number, number];
  /** Whether the value rests on the rows of one class, so that few positives make it noisy however many rows there are. */
  readonly perClass: boolean;
  readonly binary?: (predictions: BinaryPredictions) => Measure;
  readonly multiclass?: (predictions: MulticlassPredictions) => Measure;
  readonly regression?: (predictions: RegressionPredictions) => Measure;
}

export function isDefined(value: MetricValue): value is number {
  return typeof value === 'number';
}

/** numerator / denominator, undefined for `reason` when the denominator is 0. */
export function ratio(numerator: number, denominator: number, reason: string): MetricValue {
  return denominator > 0 ? numerator / denominator : { reason };
}

/** Weighted mean of one value per row: Σ w·v / Σ w. */
export function weightedMean(values: Float64Array): Measure {
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

/** Mean of the measures, each for one class; undefined when one of them is. */
export function macro(measures: readonly { readonly name: string; readonly measure: Measure }[]): Measure {
  return (weights) => {
    let sum = 0;
    for (const { name, measure } of measures) {
      const value = measure(weights);
      if (!isDefined(value)) return { reason: `class ${name}: ${value.reason}` };
      sum += value;
    }
    return ratio(sum, measures.length, 'no classes');
  };
}
