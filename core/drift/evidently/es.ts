/**
 * Epps and Singleton's test: the empirical characteristic functions at t = 0.4 and 0.8 semi-interquartile ranges, compared by a Wald
 * statistic, which is about χ² with as many degrees of freedom as the covariance has rank; fewer than 25 rows a side are corrected for.
 */

import { chiSquaredAbove } from '../../statistics/gamma.ts';
import { pseudoInverse, type Square } from '../../statistics/symmetric.ts';
import { steps } from '../cumulative.ts';
import { BY_P_VALUE, type DriftMeasure, type Sample, type SamplePair, tested } from '../measure.ts';

const TIMES = [0.4, 0.8] as const;
const FEWEST_ROWS = 5;
const SMALL = 25;

export const es: DriftMeasure = {
  variant: "Evidently's Epps-Singleton test",
  drift: BY_P_VALUE,
  threshold: 0.05,
  samples(pair) {
    const [m, n] = [pair.reference.total, pair.current.total];
    if (Math.min(m, n) < FEWEST_ROWS) return { undefined: `it needs ${FEWEST_ROWS} rows a side` };
    const range = (pooledQuantile(pair, 0.75) - pooledQuantile(pair, 0.25)) / 2;
    if (range === 0) return { undefined: 'half of the values are one and the same' };

    const [before, now] = [momentsOf(pair.reference, range), momentsOf(pair.current, range)];
    const all = m + n;
    const covariance = before.covariance.map((row, i) =>
      row.map((entry, j) => (all / m) * entry + (all / n) * (now.covariance[i]?.[j] ?? 0)),
    );
    const { inverse, rank } = pseudoInverse(covariance);
    const difference = before.means.map((mean, i) => mean - (now.means[i] ?? 0));
    const wald = all * quadratic(inverse, difference);
    const small = 1 / (1 + all ** -0.45 + 10.1 * (m ** -1.7 + n ** -1.7));
    const statistic = Math.max(m, n) < SMALL ? wald * small : wald;
    return tested(statistic, chiSquaredAbove(statistic, rank));
  },
};

/** Of both samples together, between the two nearest rows. */
function pooledQuantile(pair: SamplePair, share: number): number {
  const place = share * (pair.reference.total + pair.current.total - 1);
  const [below, above] = [valueAt(pair, Math.floor(place)), valueAt(pair, Math.ceil(place))];
  return below + (above - below) * (place - Math.floor(place));
}

function valueAt(pair: SamplePair, row: number): number {
  for (const { value, reference, current } of steps(pair)) if (row < reference + current) return value;
  return Number.NaN;
}

/** Means and covariances (divisor n) of cos and sin of the scaled values. */
function momentsOf({ values, counts, total }: Sample, range: number) {
  const points = values.map((value) => [
    ...TIMES.map((t) => Math.cos((t / range) * value)),
    ...TIMES.map((t) => Math.sin((t / range) * value)),
  ]);
  const meanBy = (of: (point: readonly number[]) => number) =>
    points.reduce((sum, point, index) => sum + of(point) * (counts[index] ?? 0), 0) / total;
  const axes = [0, 1, 2, 3];
  const means = axes.map((i) => meanBy((point) => point[i] ?? 0));
  const deviation = (point: readonly number[], i: number) => (point[i] ?? 0) - (means[i] ?? 0);
  const covariance = axes.map((i) =>
    axes.map((j) => meanBy((point) => deviation(point, i) * deviation(point, j))),
  );
  return { means, covariance };
}

function quadratic(matrix: Square, vector: readonly number[]): number {
  let total = 0;
  for (const [i, row] of matrix.entries()) {
    for (const [j, entry] of row.entries()) total += (vector[i] ?? 0) * entry * (vector[j] ?? 0);
  }
  return total;
}
