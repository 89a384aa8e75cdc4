/**
 * The latency gate: a percentile of single-row latencies against a fixed limit, and as a multiple of the champion's,
 * both models measured in turns on the same rows and runner.
 */

import { durationMs } from '../config/duration.ts';
import type { LatencyGate } from '../config/gates/latency.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Measured } from '../evaluation/load-setting.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import {
  quantileRatioWithInterval,
  quantileWithInterval,
  type SeriesEstimate,
} from '../statistics/latency.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Verdict } from '../verdict.ts';
import { boundText } from './limit.ts';
import {
  type Asked,
  asked,
  judgeBeyondNoise,
  loadNotMeasured,
  NO_PAIRS,
  noisePair,
  optionsFor,
  percentileEstimate,
  requestsNeeded,
  runnerDelay,
} from './load.ts';
import { estimateText, number } from './number.ts';
import { type GateResult, NO_CHAMPION, notMeasured, reportedOnly } from './result.ts';

type Subject = Pick<EvaluationPredicate, 'candidate' | 'holdout'>;

/** Latencies in the evidence are microseconds, limits and reports milliseconds. */
const MS = 1 / 1000;

export function judgeLatency(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return gates.latency.flatMap((gate) => {
    const under = asked(evidence, gate);
    const results: GateResult[] = [];
    if (gate.max !== undefined) results.push(absolute(evidence, gate, under, gate.max));
    if (gate.versus || gate.ratio !== undefined) results.push(versusChampion(evidence, gate, under));
    return results.length > 0 ? results : [reported(evidence, gate, under)];
  });
}

/** Whether more requests would not change the verdict: all bootstrap replicates lie on one side of each limit. */
export function latencySettled(subject: Subject, gate: LatencyGate, measured: Measured): boolean {
  if (measured.candidateUs.length < requestsNeeded(gate.percentile)) return false;
  const ratio = gate.ratio === undefined ? undefined : ratioOf(subject, gate, measured);
  return (
    (gate.max === undefined || beyond(candidateOf(subject, gate, measured), durationMs(gate.max) / MS)) &&
    (gate.ratio === undefined || !measured.championUs || beyond(ratio, gate.ratio))
  );
}

/** The champion against itself, as a quotient of the gate's percentile. Undefined when that was not measured. */
export function latencyNoise(
  subject: Subject,
  gate: Pick<LatencyGate, 'percentile'>,
  measured: Measured,
): SeriesEstimate | undefined {
  const pair = noisePair(measured);
  const { percentile } = gate;
  if (!pair || pair.over.length < requestsNeeded(percentile)) return undefined;
  const options = optionsFor(subject, measured, `p${percentile} noise`);
  return quantileRatioWithInterval(pair, percentile / 100, options);
}

function absolute(evidence: EvaluationPredicate, gate: LatencyGate, under: Asked, max: string): GateResult {
  const bound = { atMost: durationMs(max) };
  const wanted = `wanted ${boundText(bound, ' ms')}`;
  const name = `${nameOf(gate, under)} ${boundText(bound, ' ms')}`;
  const shown = { ...base(gate), name, limit: bound };
  const { measured } = under;
  if (!measured) {
    const verdict = loadNotMeasured(under, `p${gate.percentile} is undefined, ${wanted}`);
    return { ...shown, estimate: null, verdict };
  }

  const estimate = candidateEstimate(evidence, gate, measured);
  const verdict = judgeBeyondNoise({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${nameOf(gate, under)} is ${estimateText(estimate)} ms, ${wanted}`,
    rows: { now: measured.candidateUs.length, name: 'timed requests' },
    noise: latencyNoise(evidence, gate, measured),
    measured,
  });
  return { ...shown, estimate, verdict: excusedByRunner(verdict, { gate, estimate, bound, measured }) };
}

/**
 * A fixed limit can be broken by the runner alone. A fail is withheld where no champion held the limit in the same turns, and what the
 * same model on the same row differs by from one call to the next (at this percentile) is as much as the limit is broken by.
 */
function excusedByRunner(
  verdict: Verdict,
  {
    gate: { percentile, decide },
    estimate,
    bound,
    measured,
  }: {
    readonly gate: LatencyGate;
    readonly estimate: Estimate;
    readonly bound: { readonly atMost: number };
    readonly measured: Measured;
  },
): Verdict {
  const delay = runnerDelay(measured, percentile / 100);
  if (verdict.status !== 'fail' || decide === 'point' || delay === undefined) return verdict;
  const champion = measured.championUs && quantile(measured.championUs, percentile / 100) * MS;
  if (champion !== null && champion <= bound.atMost) return verdict;
  if ((estimate.low ?? 0) - delay * MS > bound.atMost) return verdict;

  const control = champion === null ? '' : `the champion in the same turns is ${number(champion)} ms, and `;
  return notMeasured(
    `${verdict.reason}; too noisy a runner to tell: ${control}the same model on the same row differs by ${number(delay * MS)} ms at this percentile`,
    'a quieter runner',
  );
}

function versusChampion(evidence: EvaluationPredicate, gate: LatencyGate, under: Asked): GateResult {
  const name = `${nameOf(gate, under)} versus champion`;
  const named = { ...base(gate), name, estimate: null, limit: null };
  if (!evidence.champion) return { ...named, verdict: NO_CHAMPION };
  const { measured } = under;
  if (!measured) return { ...named, verdict: loadNotMeasured(under, name) };
  const { candidateUs, championUs } = measured;
  if (championUs?.length !== candidateUs.length) return { ...named, verdict: NO_PAIRS };

  const { percentile } = gate;
  const found = ratioOf(evidence, gate, measured);
  const estimate = percentileEstimate(found, candidateUs.length, percentile, 1);
  const numbers = `${nameOf(gate, under)} is ${estimateText(estimate)} times the champion's`;
  if (gate.ratio === undefined) return { ...named, estimate, verdict: reportedOnly(numbers) };

  const bound = { atMost: gate.ratio };
  const verdict = judgeBeyondNoise({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${numbers}, wanted ${boundText(bound)}`,
    rows: { now: candidateUs.length, name: 'timed requests' },
    noise: latencyNoise(evidence, gate, measured),
    measured,
  });
  return { ...named, estimate, limit: bound, verdict };
}

function reported(evidence: EvaluationPredicate, gate: LatencyGate, under: Asked): GateResult {
  const name = nameOf(gate, under);
  const shown = { ...base(gate), name, limit: null };
  if (!under.measured) return { ...shown, estimate: null, verdict: loadNotMeasured(under, name) };
  const estimate = candidateEstimate(evidence, gate, under.measured);
  return { ...shown, estimate, verdict: reportedOnly(`${name} is ${estimateText(estimate)} ms`) };
}

function base({ percentile }: LatencyGate) {
  return { gate: 'latency', subject: `p${percentile}` } as const;
}

function nameOf({ percentile }: LatencyGate, { suffix }: Asked): string {
  return `p${percentile}${suffix}`;
}

function candidateEstimate(subject: Subject, gate: LatencyGate, measured: Measured) {
  const found = candidateOf(subject, gate, measured);
  return percentileEstimate(found, measured.candidateUs.length, gate.percentile, MS);
}

function candidateOf(subject: Subject, { percentile }: LatencyGate, measured: Measured) {
  const options = optionsFor(subject, measured, `p${percentile}`);
  return quantileWithInterval(measured.candidateUs, percentile / 100, options);
}

function ratioOf(subject: Subject, { percentile }: LatencyGate, measured: Measured) {
  const { candidateUs, championUs } = measured;
  if (!championUs) return undefined;
  const options = optionsFor(subject, measured, `p${percentile}`);
  return quantileRatioWithInterval({ over: candidateUs, under: championUs }, percentile / 100, options);
}

function beyond(found: SeriesEstimate | undefined, limit: number): boolean {
  return found !== undefined && (found.most <= limit || found.least > limit);
}
