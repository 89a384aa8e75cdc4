/** numpy's histograms of samples given as counts: `histogram_bin_edges` by Sturges and Doane, `histogram` on those edges. */

import type { Sample, SamplePair } from './measure.ts';
import { sum } from './measure.ts';

/** Equal-width edges for `size` values spread over `low` to `high`: Sturges' rule. */
export function sturgesEdges(range: {
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly whole: boolean;
}): number[] {
  return edges(range, (range.high - range.low) / (Math.log2(range.size) + 1));
}

/** Equal-width edges by Doane's rule, which allows for skewness; whole numbers are numbers like others in NannyML, which uses it. */
export function doaneEdges({ values, counts, total }: Sample): number[] {
  const [low, high] = [values[0] ?? 0, values.at(-1) ?? 0];
  const mean = sum(values.map((value, index) => value * (counts[index] ?? 0))) / total;
  const moment = (power: number) =>
    sum(values.map((value, index) => (value - mean) ** power * (counts[index] ?? 0))) / total;
  const deviation = Math.sqrt(moment(2));
  if (total <= 2 || !(deviation > 0)) return edges({ low, high, whole: false }, 0);

  const skewness = Math.abs(moment(3)) / deviation ** 3;
  const error = Math.sqrt((6 * (total - 2)) / ((total + 1) * (total + 3)));
  return edges(
    { low, high, whole: false },
    (high - low) / (1 + Math.log2(total) + Math.log2(1 + skewness / error)),
  );
}

/** Counts per bin; bins include their lower edge, the last one both, and what lies outside is not counted. */
export function histogram({ values, counts }: Sample, bins: readonly number[]): number[] {
  const found = new Array<number>(bins.length - 1).fill(0);
  let bin = 0;
  for (const [index, value] of values.entries()) {
    if (value < (bins[0] ?? 0) || value > (bins.at(-1) ?? 0)) continue;
    while (bin < found.length - 1 && value >= (bins[bin + 1] ?? 0)) bin++;
    found[bin] = (found[bin] ?? 0) + (counts[index] ?? 0);
  }
  return found;
}

/** Every distinct value of either side, ascending. */
export function distinctValues({ reference, current }: SamplePair): number[] {
  return [...new Set([...reference.values, ...current.values])].sort((a, b) => a - b);
}

/** numpy's `linspace` over the range, in bins of at most about `width`. */
function edges(
  { low, high, whole }: { readonly low: number; readonly high: number; readonly whole: boolean },
  width: number,
): number[] {
  const [first, last] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const wide = whole && width > 0 && width < 1 ? 1 : width;
  const bins = wide > 0 ? Math.ceil((last - first) / wide) : 1;
  const step = (last - first) / bins;
  return Array.from({ length: bins + 1 }, (_, index) => (index === bins ? last : first + index * step));
}
