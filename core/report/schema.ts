/** The report as JSON (`mergeway report --json`), published as docs/schemas/report.schema.json. */

import { z } from 'zod';
import { Digest } from '../digest.ts';
import { Estimate } from '../evidence/estimate.ts';
import { EvaluationPredicate } from '../evidence/evaluation.ts';
import { GATE_NAMES } from '../gates/result.ts';

const Status = z.enum(['pass', 'fail', 'inconclusive', 'skipped']);

const Measured = EvaluationPredicate.shape;

const Gate = z.object({
  gate: z.enum(GATE_NAMES),
  name: z.string().meta({ description: 'What was asked, such as `roc_auc versus champion`' }),
  status: Status,
  reason: z.string(),
  wouldSettle: z.string().optional().meta({ description: 'With `inconclusive`: what would tell' }),
  because: z.string().optional().meta({ description: 'With `skipped`: why, in two or three words' }),
  estimate: Estimate.nullable().meta({ description: 'What was judged; latencies in ms' }),
  limit: z.union([z.object({ atLeast: z.number() }), z.object({ atMost: z.number() })]).nullable(),
});

export const ReportJson = z.object({
  model: z.string(),
  verdict: Status,
  head: z.string().meta({ description: 'Commit that the candidate was trained from' }),
  candidate: Digest,
  champion: Measured.champion,
  holdout: Measured.holdout,
  origin: Measured.origin,
  runner: Measured.runner,
  configuration: Measured.configuration,
  policy: z.enum(['base', 'head', 'working-tree']).meta({ description: 'Whose policy judged' }),
  gates: z.array(Gate),
  metrics: Measured.metrics,
  threshold: Measured.threshold,
  chosenThreshold: Measured.chosenThreshold,
  groups: Measured.groups,
  groupMetrics: Measured.groupMetrics,
  slices: Measured.slices,
  curves: Measured.curves,
  regressions: Measured.regressions,
  skew: Measured.skew,
  changes: z
    .array(
      z.object({
        kind: z.enum(['command', 'parameter', 'data', 'code', 'feature', 'feature source', 'default']),
        name: z.string(),
        change: z.enum(['added', 'removed', 'changed']),
        before: z.string().optional(),
        after: z.string().optional(),
      }),
    )
    .optional()
    .meta({ description: "What differs from the champion's inputs; absent where it can't be told" }),
  url: z.string().optional().meta({ description: 'Address of the comment, when it was posted' }),
});
export type ReportJson = z.infer<typeof ReportJson>;
