/** How often the 95 % intervals of an evaluation hold the truth, metric by metric. */

import { seededRandom } from '#core/chance.ts';
import { measureContest } from '#core/evaluation/measure.ts';
import type { Estimate } from '#core/evidence/estimate.ts';
import { type MetricName, measuresOf } from '#core/metrics/index.ts';
import { type Predictions, weightsOf } from '#core/metrics/predictions.ts';
import type { Population } from './contests.ts';

/** Rows that stand for the population. */
const TRUTH_ROWS = 1_000_000;

export interface Coverage {
  readonly metric: string;
  readonly of: 'candidate' | 'difference';
  readonly runs: number;
  readonly covered: number;
  /** Runs without an interval: a gate is inconclusive there. */
  readonly without: number;
  readonly method: string;
}

export interface Covered {
  readonly population: Population;
  readonly rows: number;
  readonly only: readonly MetricName[];
}

export function countCoverage({ population, rows, only }: Covered, runs: number): readonly Coverage[] {
  const truth = truthOf(population, only);
  const counts = new Map<string, { -readonly [Key in keyof Coverage]: Coverage[Key] }>();
  for (let run = 0; run < runs; run++) {
    const seed = `${population.name} ${rows} ${run}`;
    const drawn = population.draw(rows, seededRandom(seed));
    for (const { metric, candidate, difference } of measureContest({
      ...drawn,
      seed,
      only,
      judged: new Set(only),
    })) {
      record(metric, 'candidate', candidate);
      if (difference) record(metric, 'difference', difference);
    }
  }
  return [...counts.values()];

  function record(metric: string, of: Coverage['of'], { low, high, method = '' }: Estimate): void {
    const key = `${metric} ${of}`;
    const count = counts.get(key) ?? { metric, of, runs: 0, covered: 0, without: 0, method };
    counts.set(key, count);
    count.runs += 1;
    if (low === null || high === null) count.without += 1;
    else {
      const value = truth.get(key) ?? Number.NaN;
      count.method = method === 'rule of three' ? count.method : method;
      if (low <= value && value <= high) count.covered += 1;
    }
  }
}

function truthOf(population: Population, only: readonly MetricName[]): ReadonlyMap<string, number> {
  const { candidate, champion } = population.draw(TRUTH_ROWS, seededRandom(`truth of ${population.name}`));
  const [ours, theirs] = [valuesOf(candidate, only), valuesOf(champion, only)];
  const truth = new Map<string, number>();
  for (const [metric, value] of ours) {
    truth.set(`${metric} candidate`, value);
    truth.set(`${metric} difference`, value - (theirs.get(metric) ?? Number.NaN));
  }
  return truth;
}

function valuesOf(predictions: Predictions, only: readonly MetricName[]): ReadonlyMap<string, number> {
  const weights = weightsOf(predictions);
  return new Map(measuresOf(predictions, only).map(({ name, measure }) => [name, Number(measure(weights))]));
}
