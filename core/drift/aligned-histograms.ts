/**
 * Two histograms brought to the same bounds, as TensorFlow Data Validation does before it compares them: every bound of either side is
 * one of both, and a bucket's rows are spread evenly over its width. Buckets without width are points, and meet only points.
 */

import { histogram } from './histogram.ts';
import { type Sample, sharesOf } from './measure.ts';

export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

const BUCKETS = 10;

/** Ten buckets of equal width over a sample's range. */
export function standardBuckets(sample: Sample): readonly Bucket[] {
  const [low = 0, high = low] = [sample.values[0], sample.values.at(-1)];
  if (low === high) return [{ low, high, rows: sample.total }];
  const bounds = Array.from({ length: BUCKETS + 1 }, (_, index) =>
    index === BUCKETS ? high : low + (index * (high - low)) / BUCKETS,
  );
  const counts = histogram(sample, bounds);
  return counts.map((rows, index) => ({ low: bounds[index] ?? 0, high: bounds[index + 1] ?? 0, rows }));
}

/** Shares of the buckets and points that both have in the end. */
export function alignedShares(reference: readonly Bucket[], current: readonly Bucket[]) {
  const both = [...reference, ...current];
  const bounds = ascending(both.filter(hasWidth).flatMap(({ low, high }) => [low, high]));
  const points = ascending(both.flatMap((bucket) => (hasWidth(bucket) ? [] : [bucket.low])));
  const aligned = (buckets: readonly Bucket[]) =>
    sharesOf([
      ...bounds.slice(1).map((high, index) => rowsBetween(buckets, bounds[index] ?? high, high)),
      ...points.map((point) => rowsAt(buckets, point)),
    ]);
  return { reference: aligned(reference), current: aligned(current) };
}

/** No bound of a bucket lies within. */
function rowsBetween(buckets: readonly Bucket[], low: number, high: number): number {
  let total = 0;
  for (const bucket of buckets) {
    if (!hasWidth(bucket) || bucket.low > low || bucket.high < high) continue;
    total += (bucket.rows * (high - low)) / (bucket.high - bucket.low);
  }
  return total;
}

function rowsAt(buckets: readonly Bucket[], point: number): number {
  let total = 0;
  for (const bucket of buckets) if (!hasWidth(bucket) && bucket.low === point) total += bucket.rows;
  return total;
}

function hasWidth({ low, high }: Bucket): boolean {
  return low < high;
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
