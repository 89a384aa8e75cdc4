/** Mean and variance of samples given as counts; two passes, so that large offsets cancel nothing. */

import type { Sample } from './measure.ts';

export function meanOf({ values, counts, total }: Sample): number {
  let sum = 0;
  for (const [index, value] of values.entries()) sum += value * (counts[index] ?? 0);
  return sum / total;
}

/** Sum of squared deviations from the mean. */
export function squaresOf(sample: Sample): number {
  const mean = meanOf(sample);
  let sum = 0;
  for (const [index, value] of sample.values.entries())
    sum += (value - mean) ** 2 * (sample.counts[index] ?? 0);
  return sum;
}
