/** Latencies of single predictions: percentiles in a table, and how many requests took how long. */

import type { LatencyEvidence } from '../evidence/latency.ts';
import { number } from '../gates/number.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import type { Detail } from './detail.ts';
import { xychart } from './plot.ts';
import { table } from './tables.ts';

const PERCENTILES = [50, 90, 95, 99, 100];
const BINS = 12;

/** The slowest twentieth is the last bin: on a shared machine it would squeeze all others into the first. */
const LAST_BIN_FROM = 0.95;

export function latencyDetail({ candidateUs, championUs }: LatencyEvidence): readonly Detail[] {
  if (candidateUs.length < 2) return [];
  const ours = Float64Array.from(candidateUs).sort();
  const theirs = championUs && championUs.length > 1 ? Float64Array.from(championUs).sort() : null;
  const numbers = percentilesTable(ours, theirs);
  const chart = distribution(ours, theirs);
  return [
    {
      title: 'Latency: how long single predictions took',
      bodies: chart === '' ? [numbers] : [`${numbers}\n\n${chart}`, numbers],
    },
  ];
}

function percentilesTable(ours: Float64Array, theirs: Float64Array | null): string {
  const ms = (sorted: Float64Array, percentile: number) => quantileOfSorted(sorted, percentile / 100) / 1000;
  return table(
    ['percentile', 'candidate, ms', ...(theirs ? ['champion, ms', 'times the champion'] : [])],
    PERCENTILES.map((percentile) => {
      const own = ms(ours, percentile);
      const name = percentile === 100 ? 'slowest' : `p${percentile}`;
      if (!theirs) return [name, number(own)];
      const other = ms(theirs, percentile);
      return [name, number(own), number(other), other > 0 ? `${(own / other).toFixed(2)} ×` : '–'];
    }),
  );
}

function distribution(ours: Float64Array, theirs: Float64Array | null): string {
  const all = theirs ? [ours, theirs] : [ours];
  const from = Math.max(1, Math.min(...all.map((sorted) => sorted[0] ?? 0)));
  const to = Math.max(...all.map((sorted) => quantileOfSorted(sorted, LAST_BIN_FROM)));
  if (!(to > from)) return '';
  // Equal ratios: latencies have a long tail, and their first half would share one bin of equal widths.
  const width = Math.log(to / from) / BINS;
  const shares = (sorted: Float64Array) => sharesOf(sorted, (us) => Math.floor(Math.log(us / from) / width));
  const bars = shares(ours);
  const line = theirs && shares(theirs);
  const labels = bars.map((_, bin) => {
    const edge = shortNumber((from * Math.exp(bin * width)) / 1000);
    return bin === BINS ? `${edge}+` : edge;
  });
  const most = Math.max(...bars, ...(line ?? []));
  return [
    `Share of requests by milliseconds, from the number under it on. Bars: candidate.${line ? ' Line: champion.' : ''}`,
    xychart({
      title: 'Latency, ms',
      labels,
      y: { title: 'share of requests', from: 0, to: Math.min(1, most * 1.1) },
      bars,
      lines: line ? [line] : [],
    }),
  ].join('\n\n');
}

/** `0.043`, `2.9`, `310`: labels have little room. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function sharesOf(sorted: Float64Array, binOf: (us: number) => number): readonly number[] {
  const counts = new Array<number>(BINS + 1).fill(0);
  for (const us of sorted) {
    const bin = Math.max(0, Math.min(BINS, binOf(us)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / sorted.length);
}
