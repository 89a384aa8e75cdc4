/** Under which load a gate wants to see a model; gates that want the same share one measurement. */

import type { z } from 'zod';
import type { At, Over } from '../config/gates/load.ts';
import { ratePerSecond } from '../config/rate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { LatencyEvidence, LoadAt } from '../evidence/latency.ts';

/** 'calls': bare calls, one at a time. */
export type LoadSetting = 'calls' | LoadAt;

interface AsksForLoad {
  readonly over?: z.infer<typeof Over> | undefined;
  readonly at?: z.infer<typeof At> | undefined;
}

/** What a gate asks for: `at` stands for HTTP, and without it one request at a time. */
export function settingOf({ over, at }: AsksForLoad): LoadSetting {
  if (at && 'rate' in at) {
    return { perSecond: ratePerSecond(at.rate), arrivals: at.arrivals ?? 'poisson' };
  }
  if (at) return at;
  return over === 'http' ? { concurrency: 1 } : 'calls';
}

/** `bare calls`, `over HTTP, 8 at a time`, `over HTTP at 200/s`. */
export function settingText(setting: LoadSetting): string {
  if (setting === 'calls') return 'bare calls';
  if ('perSecond' in setting) {
    const even = setting.arrivals === 'fixed' ? ', evenly spaced' : '';
    return `over HTTP at ${setting.perSecond}/s${even}`;
  }
  return setting.concurrency === 1 ? 'over HTTP' : `over HTTP, ${setting.concurrency} at a time`;
}

export function sameSetting(a: LoadSetting, b: LoadSetting): boolean {
  return settingText(a) === settingText(b);
}

/** What the evidence holds of a load; undefined when it was not measured. */
export function measuredUnder(
  { latency, loads = [] }: Pick<EvaluationPredicate, 'latency' | 'loads'>,
  setting: LoadSetting,
): Measured | undefined {
  if (setting === 'calls') return latency.candidateUs.length > 0 ? { ...latency, perTurn: 1 } : undefined;
  return loads.find(({ at }) => sameSetting(at, setting));
}

/** Latencies under one load. */
export interface Measured extends LatencyEvidence {
  readonly perTurn: number;
}
