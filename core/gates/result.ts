/** What a gate hands to the report: the verdict, and the numbers that it rests on. */

import type { Estimate } from '../evidence/estimate.ts';
import type { Verdict } from '../verdict.ts';

/** Gates in the order in which they are shown. */
export const GATE_NAMES = [
  'benchmark',
  'bias',
  'latency',
  'throughput',
  'size',
  'memory',
  'load-time',
  'data',
  'skew',
] as const;
export type GateName = (typeof GATE_NAMES)[number];

export interface GateResult {
  readonly gate: GateName;
  /** What was asked, such as `roc_auc versus champion`. */
  readonly name: string;
  /** What was measured: a metric's name, `p99`, a contract's id. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** The judged estimate in the subject's unit (latencies in ms); null where there is none. */
  readonly estimate: Estimate | null;
  /** What it was held against; null where no limit is set. */
  readonly limit: Bound | null;
  /** Benchmark: the slice whose rows were judged; absent for all rows. */
  readonly slice?: string;
  /** Bias: the champion's value on the same groups; null without one. */
  readonly champion?: number | null;
  /** Bias: the columns that make the groups. */
  readonly by?: readonly string[];
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** A number that nobody set a limit for: shown, not judged. */
export function reportedOnly(numbers: string): Verdict {
  return { status: 'skipped', reason: `${numbers}; no limit set`, because: 'no limit' };
}

/** A first version has nothing to be compared with. */
export const NO_CHAMPION: Verdict = {
  status: 'skipped',
  reason: 'first version: there is no champion',
  because: 'no champion yet',
};

/** Evidence says nothing of this: never a pass. */
export function notMeasured(reason: string, needed: string): Verdict {
  return { status: 'inconclusive', reason, wouldSettle: needed };
}
