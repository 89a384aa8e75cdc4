/**
 * NannyML's distances of distribution functions: Kolmogorov and Smirnov's statistic and Wasserstein's distance in the column's unit. From a
 * reference of 10,000 rows on it looks at 10,000 bins of equal width over the reference instead of the rows.
 */

import { largestGap, wassersteinDistance } from './cumulative.ts';
import { histogram } from './histogram.ts';
import { type DriftMeasure, distance, type Sample, type SamplePair } from './measure.ts';

const BINNED_FROM_ROWS = 10_000;
const BINS = 10_000;

export const nannymlKolmogorovSmirnov: DriftMeasure = {
  variant: "NannyML's Kolmogorov-Smirnov statistic: in 10,000 bins from 10,000 reference rows on",
  drift: { of: 'statistic', when: '>' },
  threshold: 0.1,
  samples: (pair) => distance(pair.reference.total < BINNED_FROM_ROWS ? largestGap(pair) : binnedGap(pair)),
};

export const nannymlWasserstein: DriftMeasure = {
  variant:
    "NannyML's Wasserstein distance in the column's unit: in 10,000 bins from 10,000 reference rows on",
  drift: { of: 'statistic', when: '>' },
  threshold: 0.1,
  samples: (pair) =>
    distance(pair.reference.total < BINNED_FROM_ROWS ? wassersteinDistance(pair) : binnedArea(pair)),
};

function binnedGap(pair: SamplePair): number {
  const { reference, current } = binned(pair);
  const under = sharesBelow(pair.current, pair.reference.values[0] ?? 0);
  return reference.reduce(
    (gap, share, bin) => Math.max(gap, Math.abs(share - under - (current[bin] ?? 0))),
    0,
  );
}

/**
 * Within the reference's range by bins, beyond it by rows. What lies below counts for one row more than there are, which NannyML adds
 * where it closes the steps at the range's end.
 */
function binnedArea(pair: SamplePair): number {
  const { reference, current, width } = binned(pair);
  const [low, high] = rangeOf(pair.reference);
  const below = beyond(pair.current, (value) => low - value);
  const above = beyond(pair.current, (value) => value - high);
  const shift = below.rows > 0 ? (below.rows + 1) / pair.current.total : 0;
  const within = reference.reduce(
    (area, share, bin) => area + Math.abs(share - shift - (current[bin] ?? 0)) * width,
    0,
  );
  return within + below.area + above.area;
}

/** Rows on one side of the range, and the area up to them. */
function beyond({ values, counts, total }: Sample, distanceOf: (value: number) => number) {
  let [rows, area] = [0, 0];
  for (const [index, value] of values.entries()) {
    const far = distanceOf(value);
    if (far <= 0) continue;
    rows += counts[index] ?? 0;
    area += ((counts[index] ?? 0) * far) / total;
  }
  return { rows, area };
}

/** Cumulated shares of both sides in the bins of the reference's range. */
function binned({ reference, current }: SamplePair) {
  const [low, high] = rangeOf(reference);
  const width = (high - low) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, bin) => (bin === BINS ? high : low + bin * width));
  const cumulated = (sample: Sample) => {
    let total = 0;
    return histogram(sample, edges).map((rows) => {
      total += rows;
      return total / sample.total;
    });
  };
  return { reference: cumulated(reference), current: cumulated(current), width };
}

function rangeOf({ values }: Sample): readonly [number, number] {
  return [values[0] ?? 0, values.at(-1) ?? 0];
}

function sharesBelow({ values, counts, total }: Sample, low: number): number {
  let rows = 0;
  for (const [index, value] of values.entries()) if (value < low) rows += counts[index] ?? 0;
  return rows / total;
}
