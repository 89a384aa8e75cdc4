/** The report: all verdicts on one candidate, with the evidence they rest on, once; comment, check runs, job summary and JSON show it. */

import type { InputChange } from '../candidate/input-changes.ts';
import { type Digest, digestOfJson } from '../digest.ts';
import type { EvaluationPredicate } from '../evidence/evaluation.ts';
import type { TrainingPredicate } from '../evidence/training.ts';
import type { GateResult } from '../gates/result.ts';
import type { Json } from '../json.ts';
import { overall, type VerdictStatus } from '../verdict.ts';
import type { ReportJson } from './schema.ts';

/**
 * Whose policy judged. `head`: the base branch has none for this model yet, so the pull request's own was applied;
 * `working-tree`: files as they lay there, committed or not.
 */
export type PolicyOrigin = 'base' | 'head' | 'working-tree';

export interface ReportContext {
  /** Head commit of the pull request, 40 hex digits. */
  readonly head: string;
  readonly policyFrom: PolicyOrigin;
  /** What the policy asks for: with `trusted`, advisory evidence shows but does not promote. */
  readonly promotion: 'trusted' | 'advisory';
  /** Digests of the evidence in the store, by what it is evidence of. */
  readonly evidence?: Readonly<Partial<Record<'evaluation' | 'training' | 'validation', Digest>>>;
  /** What differs from the champion's inputs; absent where it can't be told. */
  readonly changes?: readonly InputChange[];
  /** Pages to look further, https only. */
  readonly links?: readonly { readonly text: string; readonly url: string }[];
}

export interface Report {
  readonly model: string;
  readonly status: VerdictStatus;
  readonly results: readonly GateResult[];
  readonly evaluation: EvaluationPredicate;
  /** What training said of itself; advisory, no verdict rests on it. */
  readonly training: TrainingPredicate | null;
  readonly context: ReportContext;
}

export function buildReport(parts: {
  readonly results: readonly GateResult[];
  readonly evaluation: EvaluationPredicate;
  readonly training?: TrainingPredicate;
  readonly context: ReportContext;
}): Report {
  return {
    model: parts.evaluation.model,
    status: overall(parts.results.map(({ verdict }) => verdict.status)),
    results: parts.results,
    evaluation: parts.evaluation,
    training: parts.training ?? null,
    context: parts.context,
  };
}

/** Whether the evidence is of the kind that the policy lets promote. */
export function mayPromote({ evaluation, context }: Report): boolean {
  return evaluation.origin === 'evaluation' || context.promotion === 'advisory';
}

/** The report for scripts: every verdict and number, without the single latencies. */
export function reportJson({ model, status, results, evaluation, context }: Report): ReportJson {
  const { candidate, champion, holdout, metrics, groups, origin, runner, configuration } = evaluation;
  const { skew, slices, curves, regressions, groupMetrics, threshold, chosenThreshold } = evaluation;
  return {
    model,
    verdict: status,
    head: context.head,
    candidate,
    champion,
    holdout,
    origin,
    runner,
    configuration,
    policy: context.policyFrom,
    gates: results.map(({ gate, name, verdict, estimate, limit }) => ({
      gate,
      name,
      ...verdict,
      estimate,
      limit,
    })),
    metrics,
    ...(threshold !== undefined && { threshold }),
    ...(chosenThreshold && { chosenThreshold }),
    groups,
    ...(groupMetrics && { groupMetrics }),
    ...(slices && { slices }),
    ...(curves && { curves }),
    ...(skew && { skew }),
    ...(context.changes && { changes: [...context.changes] }),
    ...(regressions && { regressions }),
  };
}

/** Identity of what the report says, for its marker: equal reports have equal digests. */
export function reportDigest(report: Report): Digest {
  return digestOfJson(JSON.parse(JSON.stringify(reportJson(report))) as Json);
}
