/** How latencies were measured: under which load, how many, on which runner, and how far the runner itself can be trusted (A/A). */

import { type LoadSetting, type Measured, settingText } from '../evaluation/load-setting.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import { latencyNoise } from '../gates/latency.ts';
import { estimateText, number } from '../gates/number.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { escapeMarkdown } from './escape.ts';
import { table } from './tables.ts';

const PERCENTILES = [50, 90, 99] as const;
const NOISE_AT = [50, 99] as const;

/** A row for each load, and the runner's class below. Empty where nothing was timed. */
export function timingTable(evaluation: EvaluationPredicate): string {
  const { latency, loads = [], runner } = evaluation;
  const measured: readonly (readonly [LoadSetting, Measured])[] = [
    ['calls', { ...latency, perTurn: 1 }],
    ...loads.map((load) => [load.at, load] as const),
  ];
  const shown = measured.filter(([, { candidateUs }]) => candidateUs.length > 0);
  if (shown.length === 0) return '';
  const rows = shown.map(([setting, one]) => rowOf(evaluation, setting, one));
  const itself = evaluation.champion ? 'the champion' : 'the candidate';
  return `${table(
    [
      'load',
      'requests',
      'candidate p50, p90, p99',
      'champion p50, p90, p99',
      "runner's noise p50, p99 (95 %)",
    ],
    rows,
  )}

Milliseconds. Each model in turns, in random order, the first turns not counted, on ${escapeMarkdown(runner)}. The runner's noise is ${itself} divided by itself, measured twice in the same turns: 1 without noise.`;
}

function rowOf(evaluation: EvaluationPredicate, setting: LoadSetting, measured: Measured): readonly string[] {
  const noise = NOISE_AT.map((percentile) => {
    const found = latencyNoise(evaluation, { percentile }, measured);
    return found ? estimateText(found) : '–';
  });
  return [
    settingText(setting),
    measured.candidateUs.length.toLocaleString('en-US'),
    percentilesOf(measured.candidateUs),
    measured.championUs ? percentilesOf(measured.championUs) : '–',
    noise.join(', '),
  ];
}

function percentilesOf(latenciesUs: readonly number[]): string {
  const sorted = Float64Array.from(latenciesUs).sort();
  return PERCENTILES.map((percentile) => number(quantileOfSorted(sorted, percentile / 100) / 1000)).join(
    ', ',
  );
}
