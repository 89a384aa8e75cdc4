/**
 * The latency gate: a percentile of single-row latencies against a fixed limit, and as a multiple of the champion's,
 * both models measured in turns on the same rows in one process.
 */

import { seededRandom } from '../chance.ts';
import { durationMs } from '../config/duration.ts';
import type { LatencyGate } from '../config/gates/latency.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import {
  type QuantileEstimate,
  quantileRatioWithInterval,
  quantileWithInterval,
} from '../statistics/latency.ts';
import { boundText, judgeLimit } from './limit.ts';
import { estimateText } from './number.ts';
import { type GateResult, NO_CHAMPION, notMeasured, reportedOnly } from './result.ts';

/** A percentile that rests on fewer slow requests than this is the luck of single ones. */
const SMALLEST_TAIL = 5;

export function judgeLatency(
  evidence: EvaluationPredicate,
  { gates }: Pick<ModelConfig, 'gates'>,
): readonly GateResult[] {
  return gates.latency.flatMap((gate) => {
    const results: GateResult[] = [];
    if (gate.max !== undefined) results.push(absolute(evidence, gate, gate.max));
    if (gate.versus || gate.ratio !== undefined) results.push(versusChampion(evidence, gate));
    return results.length > 0 ? results : [reported(evidence, gate)];
  });
}

function absolute(evidence: EvaluationPredicate, gate: LatencyGate, max: string): GateResult {
  const bound = { atMost: durationMs(max) };
  const estimate = candidateEstimate(evidence, gate);
  return {
    ...base(gate),
    name: `p${gate.percentile} ${boundText(bound, ' ms')}`,
    limit: bound,
    estimate,
    verdict: judgeLimit({
      estimate,
      bound,
      decide: gate.decide,
      reason: `p${gate.percentile} is ${milliseconds(estimate)}, wanted ${boundText(bound, ' ms')}`,
      rows: { now: evidence.latency.candidateUs.length, name: 'timed requests' },
    }),
  };
}

function versusChampion(evidence: EvaluationPredicate, gate: LatencyGate): GateResult {
  const named = { ...base(gate), name: `p${gate.percentile} versus champion`, estimate: null, limit: null };
  if (!evidence.champion) {
    return { ...named, verdict: NO_CHAMPION };
  }
  const { candidateUs, championUs } = evidence.latency;
  if (!championUs || championUs.length !== candidateUs.length) {
    const verdict = notMeasured(
      'the evidence holds no latencies measured in pairs with the champion',
      'evidence of an evaluation beside the champion',
    );
    return { ...named, verdict };
  }

  const estimate = toEstimate(
    quantileRatioWithInterval(
      { over: candidateUs, under: championUs },
      gate.percentile / 100,
      chance(evidence, gate),
    ),
    candidateUs.length,
    gate,
    1,
  );
  const numbers = `p${gate.percentile} is ${estimateText(estimate)} times the champion's`;
  if (gate.ratio === undefined) {
    return {
      ...named,
      estimate,
      verdict: reportedOnly(numbers),
    };
  }
  const bound = { atMost: gate.ratio };
  const verdict = judgeLimit({
    estimate,
    bound,
    decide: gate.decide,
    reason: `${numbers}, wanted ${boundText(bound)}`,
    rows: { now: candidateUs.length, name: 'timed requests' },
  });
  return { ...named, estimate, limit: bound, verdict };
}

function reported(evidence: EvaluationPredicate, gate: LatencyGate): GateResult {
  const estimate = candidateEstimate(evidence, gate);
  return {
    ...base(gate),
    name: `p${gate.percentile}`,
    limit: null,
    estimate,
    verdict: reportedOnly(`p${gate.percentile} is ${milliseconds(estimate)}`),
  };
}

function milliseconds(estimate: Estimate): string {
  return estimate.point === null ? 'undefined' : `${estimateText(estimate)} ms`;
}

function base({ percentile }: LatencyGate) {
  return { gate: 'latency', subject: `p${percentile}` } as const;
}

function candidateEstimate(evidence: EvaluationPredicate, gate: LatencyGate): Estimate {
  const { candidateUs } = evidence.latency;
  const estimate = quantileWithInterval(candidateUs, gate.percentile / 100, chance(evidence, gate));
  return toEstimate(estimate, candidateUs.length, gate, 1000);
}

/** Divides by `unit` and withholds the interval where too few requests lie beyond the percentile. */
function toEstimate(
  estimate: QuantileEstimate | undefined,
  requests: number,
  { percentile }: LatencyGate,
  unit: number,
): Estimate {
  if (!estimate || !Number.isFinite(estimate.point)) {
    return { point: null, low: null, high: null, reason: 'no latency was measured' };
  }
  const point = estimate.point / unit;
  const tail = requests * (1 - percentile / 100);
  if (tail < SMALLEST_TAIL - 1e-9) {
    const needed = Math.ceil(SMALLEST_TAIL / (1 - percentile / 100) - 1e-9);
    return {
      point,
      low: null,
      high: null,
      reason: `${requests} timed requests are too few for percentile ${percentile}, which needs ${needed}`,
    };
  }
  return { point, low: estimate.low / unit, high: estimate.high / unit };
}

function chance(evidence: EvaluationPredicate, { percentile }: LatencyGate) {
  return seededRandom(`${evidence.candidate} ${evidence.holdout.digest} p${percentile}`);
}
