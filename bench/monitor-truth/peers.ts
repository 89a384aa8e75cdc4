/**
 * The default rules of Evidently 0.7 and of NannyML, restated, on the same samples.
 *
 * Evidently (`_get_default_stattest`): numbers of more than 5 different values by Kolmogorov-Smirnov (p ≤ 0.05) when the reference has at
 * most 1,000 rows, else by Wasserstein distance (≥ 0.1); categories by χ² (p < 0.05), else by Jensen-Shannon distance (≥ 0.1). A data set
 * drifts when half of its columns do. NannyML: Jensen-Shannon distance above mean + 3 standard deviations of its values on chunks of the
 * reference, each column by itself. Both leave missing values out.
 */

import { chisquare } from '#core/drift/evidently/chisquare.ts';
import { jensenshannon } from '#core/drift/evidently/jensenshannon.ts';
import { ks } from '#core/drift/evidently/ks.ts';
import { wasserstein } from '#core/drift/evidently/wasserstein.ts';
import type { CountPair, DriftMeasure, Sample } from '#core/drift/measure.ts';
import { nannymlJensenShannon } from '#core/drift/nannyml.ts';
import type { Drawn } from './samples.ts';

const SMALL_REFERENCE = 1000;

/** Whether Evidently calls the column drifted. */
export function evidentlyDrifts(reference: Drawn, current: Drawn): boolean {
  const present = reference.rows - reference.missing;
  const small = present <= SMALL_REFERENCE;
  if (reference.population.kind === 'number') {
    const value = scoreOf(small ? ks : wasserstein, reference, current);
    return small ? value.p <= 0.05 : value.statistic >= 0.1;
  }
  const value = scoreOf(small ? chisquare : jensenshannon, reference, current);
  return small ? value.p < 0.05 : value.statistic >= 0.1;
}

/** NannyML's limit for a column, from chunks of the reference. */
export function nannymlLimit(reference: Drawn, chunks: readonly Drawn[]): number {
  const scores = chunks.map((chunk) => scoreOf(nannymlJensenShannon, reference, chunk).statistic);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return Math.min(1, mean + 3 * Math.sqrt(squares / scores.length));
}

export function nannymlDrifts(reference: Drawn, current: Drawn, limit: number): boolean {
  return scoreOf(nannymlJensenShannon, reference, current).statistic > limit;
}

function scoreOf(measure: DriftMeasure, reference: Drawn, current: Drawn): { statistic: number; p: number } {
  const score =
    reference.population.kind === 'number'
      ? measure.samples?.({ reference: sampleOf(reference), current: sampleOf(current), whole: false })
      : measure.counts?.(pairOf(reference, current));
  if (!score || 'undefined' in score) return { statistic: 0, p: 1 };
  return { statistic: score.statistic, p: score.pValue ?? 1 };
}

function sampleOf({ population, counts }: Drawn): Sample {
  const present = counts.flatMap((count, index) => (count > 0 ? [index] : []));
  return {
    values: present.map((index) => population.values[index] ?? 0),
    counts: present.map((index) => counts[index] ?? 0),
    total: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** Categories that either side has. */
function pairOf(reference: Drawn, current: Drawn): CountPair {
  const size = Math.max(reference.counts.length, current.counts.length);
  const places = Array.from({ length: size }, (_, index) => index).filter(
    (index) => (reference.counts[index] ?? 0) + (current.counts[index] ?? 0) > 0,
  );
  return {
    keys: places.map(String),
    reference: places.map((index) => reference.counts[index] ?? 0),
    current: places.map((index) => current.counts[index] ?? 0),
  };
}
