/** Evidence and policy in, verdicts out. Add a gate: add a file and a line. */

import type { ModelConfig } from '../config/model.ts';
import { type Digest, digestOfJson } from '../digest.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { ValidationPredicate } from '../evidence/validation.ts';
import { overall, type VerdictStatus } from '../verdict.ts';
import { judgeBenchmark } from './benchmark.ts';
import { judgeBias } from './bias.ts';
import { judgeData, type UnfitValidation } from './data.ts';
import { judgeLoadTime, judgeMemory, judgeSize } from './footprint.ts';
import { judgeLatency } from './latency.ts';
import type { GateName, GateResult } from './result.ts';
import { judgeSkew } from './skew.ts';
import { judgeThroughput } from './throughput.ts';

type Policy = Pick<ModelConfig, 'task' | 'evaluate' | 'gates'> & {
  readonly train?: Pick<ModelConfig['train'], 'seeds'>;
};

interface Judged {
  readonly evaluation: EvaluationPredicate;
  readonly validations: readonly (ValidationPredicate | UnfitValidation)[];
}

const gates = {
  benchmark: ({ evaluation }, policy) => judgeBenchmark(evaluation, policy),
  bias: ({ evaluation }, policy) => judgeBias(evaluation, policy),
  latency: ({ evaluation }, policy) => judgeLatency(evaluation, policy),
  throughput: ({ evaluation }, policy) => judgeThroughput(evaluation, policy),
  size: ({ evaluation }, policy) => judgeSize(evaluation, policy),
  memory: ({ evaluation }, policy) => judgeMemory(evaluation, policy),
  'load-time': ({ evaluation }, policy) => judgeLoadTime(evaluation, policy),
  data: ({ validations }, policy) => judgeData(validations, policy),
  skew: ({ evaluation }, policy) => judgeSkew(evaluation, policy),
} as const satisfies Record<GateName, (judged: Judged, policy: Policy) => readonly GateResult[]>;

/** Every gate's results, in the order in which they are shown. `validations`: what contracts said of the training data, held to their terms by the caller. */
export function judge(
  evaluation: EvaluationPredicate,
  policy: Policy,
  validations: Judged['validations'] = [],
): readonly GateResult[] {
  return Object.values(gates).flatMap((gate) => gate({ evaluation, validations }, policy));
}

/** What all results come to. */
export function overallStatus(results: readonly GateResult[]): VerdictStatus {
  return overall(results.map(({ verdict }) => verdict.status));
}

/**
 * Digest of the evaluation policy: what is measured and judged, without the tensor names in `predict`, which belong to
 * the candidate (design §2).
 */
export function configurationDigest({ task, evaluate, gates: limits }: Policy): Digest {
  const { predict, ...rest } = evaluate;
  const { positive, threshold } = predict;
  return digestOfJson({ task, evaluate: { ...rest, predict: { positive, threshold } }, gates: limits });
}
