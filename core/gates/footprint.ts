/**
 * The gates of what a model takes up: size of its file, memory and load time. Memory and load time were measured in several
 * new processes; their mean has Student's interval.
 */

import { bytesOf } from '../config/byte-size.ts';
import { durationMs } from '../config/duration.ts';
import type { ModelConfig } from '../config/model.ts';
import type { Estimate } from '../evidence/estimate.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { FootprintEvidence } from '../evidence/footprint.ts';
import { meanOfFew } from '../statistics/mean-of-few.ts';
import { boundText, judgeLimit } from './limit.ts';
import { measuredText } from './number.ts';
import { type GateResult, notMeasured } from './result.ts';

type Gates = Pick<ModelConfig, 'gates'>;
type Process = NonNullable<FootprintEvidence['processes']>[number];

/** Sizes are shown and limited in millions of bytes. */
const MB = 1e6;

export function judgeSize(evidence: EvaluationPredicate, { gates }: Gates): readonly GateResult[] {
  if (!gates.size) return [];
  const bytes = evidence.footprint?.bytes;
  const size = bytes === undefined ? undefined : bytes / MB;
  return [
    judged({
      gate: 'size',
      what: 'size',
      unit: ' MB',
      limit: bytesOf(gates.size.max) / MB,
      decide: 'interval',
      estimate: size === undefined ? undefined : { point: size, low: size, high: size },
      processes: 1,
    }),
  ];
}

export function judgeMemory(evidence: EvaluationPredicate, { gates }: Gates): readonly GateResult[] {
  if (!gates.memory) return [];
  const { max, decide } = gates.memory;
  const measured = ofProcesses(evidence, ({ memoryBytes }) => memoryBytes / MB);
  return [
    judged({ gate: 'memory', what: 'memory', unit: ' MB', limit: bytesOf(max) / MB, decide, ...measured }),
  ];
}

export function judgeLoadTime(evidence: EvaluationPredicate, { gates }: Gates): readonly GateResult[] {
  const gate = gates['load-time'];
  if (!gate) return [];
  const measured = ofProcesses(evidence, ({ loadMs }) => loadMs);
  const limit = durationMs(gate.max);
  return [
    judged({ gate: 'load-time', what: 'load time', unit: ' ms', limit, decide: gate.decide, ...measured }),
  ];
}

interface Question {
  readonly gate: 'size' | 'memory' | 'load-time';
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  readonly decide: 'interval' | 'point';
  readonly estimate: Estimate | undefined;
  readonly processes: number;
}

function judged({ gate, what, unit, limit, decide, estimate, processes }: Question): GateResult {
  const bound = { atMost: limit };
  const base = { gate, name: `${what} ${boundText(bound, unit)}`, subject: what, limit: bound };
  if (!estimate) {
    const verdict = notMeasured(
      `the evidence does not say the model's ${what}`,
      'evidence of an evaluation under this policy',
    );
    return { ...base, estimate: null, verdict };
  }
  const verdict = judgeLimit({
    estimate,
    bound,
    decide,
    reason: `${what} is ${measuredText(gate, estimate)}${unit}, wanted ${boundText(bound, unit)}`,
    rows: { now: processes, name: 'processes' },
  });
  return { ...base, estimate, verdict };
}

function ofProcesses({ footprint }: EvaluationPredicate, value: (process: Process) => number) {
  const values = footprint?.processes?.map(value) ?? [];
  return { estimate: values.length > 0 ? meanOfFew(values) : undefined, processes: values.length };
}
