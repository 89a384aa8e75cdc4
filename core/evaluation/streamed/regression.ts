/**
 * Metrics of numbers in one pass over rows in any order. Spreads are summed around a running mean (West 1979), which loses no digits
 * where labels are large and alike. What needs the rows in order, the medians, is not among them.
 */

import { measuresOf } from '../../metrics/index.ts';
import { isDefined, type MetricValue, ratio } from '../../metrics/metric.ts';
import { type Batch, needsAllRows } from './batch.ts';

/** Numbers of one group, by their place. */
const ROWS = 0;
const WEIGHT = 1;
const ABSOLUTE = 2;
const SQUARED = 3;
const LARGEST = 4;
const RELATIVE = 5;
const LOGARITHMIC = 6;
const POISSON = 7;
const GAMMA = 8;
/** Running mean and spread. */
const LABELS = 9;
const ERRORS = 11;
const SIZE = 13;

export interface RegressionSums {
  add(batch: Batch): void;
  rows(group: number): number;
  /** Every metric of a group, in the registry's order. */
  metrics(group: number): readonly (readonly [string, MetricValue])[];
}

export function regressionSums(groups: number): RegressionSums {
  const sums = new Float64Array(groups * SIZE);
  return { add, rows: (group) => at(group, ROWS), metrics };

  function at(group: number, place: number): number {
    return sums[group * SIZE + place] ?? 0;
  }

  function plus(place: number, value: number): void {
    sums[place] = (sums[place] ?? 0) + value;
  }

  function add({ labels, scores, weights, codes }: Batch): void {
    for (let row = 0; row < labels.length; row++) {
      const [label, score] = [labels[row] ?? 0, scores[row] ?? 0];
      const weight = weights ? (weights[row] ?? 0) : 1;
      const losses = lossesOf(label, score);
      for (const code of codes)
        addTo((code[row] ?? 0) * SIZE, { label, error: label - score, weight, losses });
    }
  }

  function addTo(group: number, { label, error, weight, losses }: Row): void {
    plus(group + ROWS, 1);
    if (weight === 0) return;
    plus(group + WEIGHT, weight);
    plus(group + ABSOLUTE, weight * Math.abs(error));
    plus(group + SQUARED, weight * error * error);
    sums[group + LARGEST] = Math.max(sums[group + LARGEST] ?? 0, Math.abs(error));
    plus(group + RELATIVE, weight * losses.relative);
    plus(group + LOGARITHMIC, weight * losses.logarithmic);
    plus(group + POISSON, weight * losses.poisson);
    plus(group + GAMMA, weight * losses.gamma);
    spread(group, LABELS, { value: label, weight });
    spread(group, ERRORS, { value: error, weight });
  }

  /** The first value's share is exactly 1: were its mean rounded, the error would be multiplied by the whole value. */
  function spread(
    group: number,
    place: number,
    { value, weight }: { readonly value: number; readonly weight: number },
  ): void {
    const away = value - (sums[group + place] ?? 0);
    plus(group + place, away * (weight / (sums[group + WEIGHT] ?? 0)));
    plus(group + place + 1, weight * away * (value - (sums[group + place] ?? 0)));
  }

  function metrics(group: number): readonly (readonly [string, MetricValue])[] {
    const mean = (place: number, reason?: string): MetricValue => {
      const sum = at(group, place);
      return Number.isNaN(sum) && reason !== undefined
        ? { reason }
        : ratio(sum, at(group, WEIGHT), 'no rows');
    };
    const explained = (place: number): MetricValue => {
      const share = ratio(at(group, place), at(group, LABELS + 1), 'all labels are the same');
      return isDefined(share) ? 1 - share : share;
    };
    const logarithmic = mean(LOGARITHMIC, 'a label or prediction is −1 or less, and has no logarithm');
    const streamed: Readonly<Record<string, MetricValue>> = {
      mean_absolute_error: mean(ABSOLUTE),
      root_mean_squared_error: root(mean(SQUARED)),
      r2: explained(SQUARED),
      mean_squared_error: mean(SQUARED),
      max_error: at(group, WEIGHT) > 0 ? at(group, LARGEST) : { reason: 'no rows' },
      mean_absolute_percentage_error: mean(RELATIVE, 'a label is 0'),
      mean_squared_log_error: logarithmic,
      root_mean_squared_log_error: root(logarithmic),
      explained_variance: explained(ERRORS + 1),
      mean_poisson_deviance: mean(POISSON, 'a label is negative, or a prediction is not positive'),
      mean_gamma_deviance: mean(GAMMA, 'a label or prediction is not positive'),
    };
    const none = { task: 'regression', labels: new Float64Array(), scores: new Float64Array() } as const;
    return measuresOf(none).map(({ name }) => [name, streamed[name] ?? needsAllRows]);
  }
}

interface Row {
  readonly label: number;
  readonly error: number;
  readonly weight: number;
  readonly losses: Losses;
}

interface Losses {
  readonly relative: number;
  readonly logarithmic: number;
  readonly poisson: number;
  readonly gamma: number;
}

/** What metrics of these names average; NaN where a row has no such loss. */
function lossesOf(label: number, score: number): Losses {
  const isPositive = label > 0 && score > 0;
  return {
    relative: label === 0 ? Number.NaN : Math.abs((score - label) / label),
    logarithmic: score > -1 && label > -1 ? (Math.log1p(score) - Math.log1p(label)) ** 2 : Number.NaN,
    poisson:
      label >= 0 && score > 0
        ? 2 * ((label === 0 ? 0 : label * Math.log(label / score)) - label + score)
        : Number.NaN,
    gamma: isPositive ? 2 * (Math.log(score / label) + label / score - 1) : Number.NaN,
  };
}

function root(value: MetricValue): MetricValue {
  return isDefined(value) ? Math.sqrt(value) : value;
}
