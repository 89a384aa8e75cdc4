/**
 * The throughput gate: rows a second, a row a request, with a fixed number of requests in flight (closed loop). By Little's law
 *
 *     throughput = requests in flight / mean latency
 *
 * so that it rests on the same latencies, and has the same intervals, as the latency gate.
 */

import type { ThroughputGate } from '../config/gates/throughput.ts';
import type { ModelConfig } from '../config/model.ts';
import { ratePerSecond } from '../config/rate.ts';
import type { Measured } from '../evaluation/load-setting.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import { meanRatioWithInterval, meanWithInterval, type SeriesEstimate } from '../statistics/latency.ts';
import { boundText } from './limit.ts';
import {
  type Asked,
  asked,
  judgeBeyondNoise,
  loadNotMeasured,
  NO_PAIRS,
  noisePair,
  optionsFor,
} from './load.ts';
import { estimateText } from './number.ts';
import { type GateResult, NO_CHAMPION, reportedOnly } from './result.ts';

type Subject = Pick<EvaluationPredicate, 'candidate' | 'holdout'>;

/** A mean of fewer latencies than this has no interval to speak of. */
const FEWEST = 30;

const BASE = { gate: 'throughput', subject: 'throughput' } as const;

export function judgeThroughput(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return (gates.throughput ?? []).flatMap((gate) => {
    const under = asked(evidence, gate);
    const results: GateResult[] = [];
    if (gate.min !== undefined) results.push(absolute(evidence, gate, under, gate.min));
    if (gate.versus || gate.ratio !== undefined) results.push(versusChampion(evidence, gate, under));
    return results.length > 0 ? results : [reported(evidence, gate, under)];
  });
}

/** Whether more requests would not change the verdict: all bootstrap replicates lie on one side of each limit. */
export function throughputSettled(subject: Subject, gate: ThroughputGate, measured: Measured): boolean {
  const inFlight = gate.at?.concurrency ?? 1;
  const limitUs = gate.min === undefined ? undefined : (inFlight * 1e6) / ratePerSecond(gate.min);
  const inverse = gate.ratio === undefined ? undefined : 1 / gate.ratio;
  return (
    (limitUs === undefined || beyond(meanOf(subject, measured), limitUs)) &&
    (inverse === undefined || !measured.championUs || beyond(meanRatioOf(subject, measured), inverse))
  );
}

function absolute(
  evidence: EvaluationPredicate,
  gate: ThroughputGate,
  under: Asked,
  min: string,
): GateResult {
  const bound = { atLeast: ratePerSecond(min) };
  const shown = { ...BASE, name: `${nameOf(under)} ${boundText(bound, '/s')}`, limit: bound };
  const { measured } = under;
  if (!measured) return { ...shown, estimate: null, verdict: loadNotMeasured(under, nameOf(under)) };

  const estimate = perSecond(evidence, gate, measured);
  const verdict = judgeBeyondNoise({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${nameOf(under)} is ${estimateText(estimate)} rows a second, wanted ${boundText(bound)}`,
    rows: { now: measured.candidateUs.length, name: 'timed requests' },
    noise: noiseOf(evidence, measured),
    measured,
  });
  return { ...shown, estimate, verdict };
}

function versusChampion(evidence: EvaluationPredicate, gate: ThroughputGate, under: Asked): GateResult {
  const name = `${nameOf(under)} versus champion`;
  const named = { ...BASE, name, estimate: null, limit: null };
  if (!evidence.champion) return { ...named, verdict: NO_CHAMPION };
  const { measured } = under;
  if (!measured) return { ...named, verdict: loadNotMeasured(under, name) };
  if (measured.championUs?.length !== measured.candidateUs.length) return { ...named, verdict: NO_PAIRS };

  const estimate = inverted(meanRatioOf(evidence, measured), measured, 1);
  const numbers = `${nameOf(under)} is ${estimateText(estimate)} times the champion's`;
  if (gate.ratio === undefined) return { ...named, estimate, verdict: reportedOnly(numbers) };

  const bound = { atLeast: gate.ratio };
  const verdict = judgeBeyondNoise({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${numbers}, wanted ${boundText(bound)}`,
    rows: { now: measured.candidateUs.length, name: 'timed requests' },
    noise: noiseOf(evidence, measured),
    measured,
  });
  return { ...named, estimate, limit: bound, verdict };
}

function reported(evidence: EvaluationPredicate, gate: ThroughputGate, under: Asked): GateResult {
  const shown = { ...BASE, name: nameOf(under), limit: null };
  if (!under.measured) return { ...shown, estimate: null, verdict: loadNotMeasured(under, nameOf(under)) };
  const estimate = perSecond(evidence, gate, under.measured);
  const numbers = `${nameOf(under)} is ${estimateText(estimate)} rows a second`;
  return { ...shown, estimate, verdict: reportedOnly(numbers) };
}

function nameOf({ suffix }: Asked): string {
  return `throughput${suffix}`;
}

function perSecond(subject: Subject, { at }: ThroughputGate, measured: Measured): Estimate {
  return inverted(meanOf(subject, measured), measured, (at?.concurrency ?? 1) * 1e6);
}

/** `unit` divided by an estimate, whose ends change places. */
function inverted(found: SeriesEstimate | undefined, { candidateUs }: Measured, unit: number): Estimate {
  if (!found || !(found.point > 0)) {
    return { point: null, low: null, high: null, reason: 'no time was measured' };
  }
  const point = unit / found.point;
  if (candidateUs.length >= FEWEST) return { point, low: unit / found.high, high: unit / found.low };
  const reason = `${candidateUs.length} timed requests are too few, at least ${FEWEST} are needed`;
  return { point, low: null, high: null, reason };
}

function meanOf(subject: Subject, measured: Measured) {
  return meanWithInterval(measured.candidateUs, optionsFor(subject, measured, 'throughput'));
}

function meanRatioOf(subject: Subject, measured: Measured) {
  const { candidateUs, championUs } = measured;
  if (!championUs) return undefined;
  const pair = { over: candidateUs, under: championUs };
  return meanRatioWithInterval(pair, optionsFor(subject, measured, 'throughput'));
}

function noiseOf(subject: Subject, measured: Measured) {
  const pair = noisePair(measured);
  return pair && meanRatioWithInterval(pair, optionsFor(subject, measured, 'throughput noise'));
}

function beyond(found: SeriesEstimate | undefined, limitUs: number): boolean {
  return found !== undefined && (found.most <= limitUs || found.least > limitUs);
}
