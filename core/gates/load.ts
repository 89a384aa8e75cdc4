/**
 * What latency and throughput share: the load a gate asks for, and the runner's noise. The champion measured against itself in the same
 * turns (A/A) should come out as 1; where its interval says otherwise, the runner makes differences of that size by itself,
 * and a limit is cleared only from further away than that.
 */

import { seededRandom } from '../chance.ts';
import type { LatencyGate } from '../config/gates/latency.ts';
import type { ThroughputGate } from '../config/gates/throughput.ts';
import {
  type LoadSetting,
  type Measured,
  measuredUnder,
  settingOf,
  settingText,
} from '../evaluation/load-setting.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { SeriesEstimate, SeriesOptions } from '../statistics/latency.ts';
import { quantile } from '../statistics/quantile.ts';
import type { Verdict } from '../verdict.ts';
import { judgeLimit, type LimitQuestion } from './limit.ts';
import { estimateText, number } from './number.ts';
import { notMeasured } from './result.ts';

/** A percentile that rests on fewer slow requests than this is the luck of single ones. */
const SMALLEST_TAIL = 5;

export type LoadGate = LatencyGate | ThroughputGate;

/** What a gate judges, of whatever was measured under its load. */
export interface Asked {
  readonly setting: LoadSetting;
  readonly measured: Measured | undefined;
  /** ` over HTTP at 200/s`; empty for bare calls. */
  readonly suffix: string;
}

export function asked(evidence: EvaluationPredicate, gate: LoadGate): Asked {
  const setting = settingOf(gate);
  return {
    setting,
    measured: measuredUnder(evidence, setting),
    suffix: setting === 'calls' ? '' : ` ${settingText(setting)}`,
  };
}

/** No latencies of this load are in the evidence. */
export function loadNotMeasured({ setting }: Asked, what: string): Verdict {
  return notMeasured(
    `${what}: no latency was measured (${settingText(setting)})`,
    'evidence of an evaluation under this policy',
  );
}

export const NO_PAIRS = notMeasured(
  'the evidence holds no latencies measured in pairs with the champion',
  'evidence of an evaluation beside the champion',
);

/** The same for the same evidence and question. */
export function optionsFor(
  { candidate, holdout }: Pick<EvaluationPredicate, 'candidate' | 'holdout'>,
  { perTurn }: Measured,
  question: string,
): SeriesOptions {
  return { random: seededRandom(`${candidate} ${holdout.digest} ${question}`), atOnce: perTurn };
}

/** The champion's series, without one the candidate's, and the same once more; undefined in older evidence. */
export function noisePair({ candidateUs, championUs, againUs }: Measured) {
  const once = championUs ?? candidateUs;
  if (!againUs || againUs.length !== once.length) return undefined;
  return { over: againUs, under: once };
}

/** The `share`-quantile of what two calls of one model on one row differ by, in microseconds. Undefined in older evidence. */
export function runnerDelay(measured: Measured, share: number): number | undefined {
  const pair = noisePair(measured);
  if (!pair) return undefined;
  const differences = pair.over.map((latency, index) => latency - (pair.under[index] ?? 0));
  return quantile([...differences, ...differences.map((difference) => -difference)], share);
}

export interface NoisyQuestion extends LimitQuestion {
  /** A/A, as a quotient; undefined when it was not measured. */
  readonly noise: SeriesEstimate | undefined;
  readonly measured: Measured;
}

/** Judges a limit that must be cleared by more than the runner's noise. */
export function judgeBeyondNoise({ noise, measured, ...question }: NoisyQuestion): Verdict {
  const plain = judgeLimit(question);
  const { estimate, bound, decide } = question;
  const factor = noise ? noiseFactor(noise) : 1;
  if (!noise || decide === 'point' || estimate.low === null || estimate.high === null) return plain;

  const noiseText = `the ${measured.championUs ? 'champion' : 'candidate'} against itself is ${estimateText(noise)}`;
  if (plain.status === 'inconclusive') return { ...plain, reason: `${plain.reason}; ${noiseText}` };
  const moved = { ...estimate, low: estimate.low / factor, high: estimate.high * factor };
  if (judgeLimit({ ...question, estimate: moved, bound }).status === plain.status) return plain;
  return notMeasured(
    `${question.reason}; too noisy a runner to tell: ${noiseText}, where 1 is the truth`,
    `a quieter runner, or a limit further than ${number(factor)} times from the estimate`,
  );
}

/** 1 where the interval of A/A holds 1; else how far it reaches from it. */
function noiseFactor({ low, high }: Pick<SeriesEstimate, 'low' | 'high'>): number {
  return low <= 1 && high >= 1 ? 1 : Math.max(high, 1 / low);
}

/** Multiplies by `unit`, and withholds the interval where too few requests lie beyond the percentile. */
export function percentileEstimate(
  found: SeriesEstimate | undefined,
  requests: number,
  percentile: number,
  unit: number,
): Estimate {
  if (!found || !Number.isFinite(found.point)) {
    return { point: null, low: null, high: null, reason: 'no latency was measured' };
  }
  const point = found.point * unit;
  const needed = requestsNeeded(percentile);
  if (requests >= needed) return { point, low: found.low * unit, high: found.high * unit };
  return {
    point,
    low: null,
    high: null,
    reason: `${requests} timed requests are too few for percentile ${percentile}, which needs ${needed}`,
  };
}

/** Requests of which enough are beyond the percentile. */
export function requestsNeeded(percentile: number): number {
  return Math.ceil(SMALLEST_TAIL / (1 - percentile / 100) - 1e-9);
}
