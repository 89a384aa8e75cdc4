/**
 * What an evaluation measured: candidate and champion on the same rows of one holdout. It holds estimates with
 * intervals, counts and samples, so that `gate` judges by the base policy without running anything.
 */

import { z } from 'zod';
import { Task } from '../config/evaluate.ts';
import { MOST_SEEDS } from '../config/seeds.ts';
import { Digest } from '../digest.ts';
import { CurvesEvidence } from './curves.ts';
import { FootprintEvidence } from './footprint.ts';
import { GroupEvidence, GroupMetricEvidence } from './groups.ts';
import { LatencyEvidence, LoadEvidence } from './latency.ts';
import { MetricEvidence } from './metrics.ts';
import { Name } from './name.ts';
import { PredictionsEvidence } from './predictions.ts';
import { RegressionEvidence } from './regressions.ts';
import { SkewEvidence } from './skew.ts';
import { SliceEvidence } from './slices.ts';
import { type EvidenceKind, PREDICATE_TYPES } from './statement.ts';

const ChosenThreshold = z.object({
  maximize: Name.meta({ description: 'Metric that is highest at the threshold' }),
  champion: z.number().nullable(),
  choosing: z.number().int().min(0).meta({ description: 'Rows that chose' }),
  judged: z.number().int().min(0).meta({ description: 'Rows of all metrics, groups, slices and curves' }),
});

/** What the columns of a model's features were made of. */
export const FeaturesEvidence = z.object({
  service: Name,
  digest: Digest.meta({ description: 'Of the feature service: views, expressions and sources by name' }),
  sources: z
    .array(z.object({ path: z.string().max(500), identity: z.string().max(100) }))
    .max(200)
    .meta({ description: "Digest of a data lock's data; of a file its git blob, or its digest" }),
});
export type FeaturesEvidence = z.infer<typeof FeaturesEvidence>;

export const EvaluationPredicate = z.object({
  mergeway: Name,
  model: Name,
  task: Task,
  candidate: Digest,
  champion: z.object({ digest: Digest, version: Name }).nullable(),
  holdout: z.object({ digest: Digest, uri: z.string().max(1000), rows: z.number().int().min(0) }),
  configuration: Digest.meta({ description: 'Digest of the evaluation policy that was applied' }),
  runner: Name.meta({ description: "Runner's class: platform, processor and its number of cores" }),
  origin: z
    .enum(['evaluation', 'advisory'])
    .meta({ description: 'advisory: the job ran code of the pull request too' }),
  threshold: z.number().optional().meta({ description: "The candidate's, of binary classification" }),
  chosenThreshold: ChosenThreshold.optional().meta({
    description: 'Where the models chose their thresholds on one half of the rows; the other half was judged',
  }),
  features: z
    .object({ candidate: FeaturesEvidence.nullable(), champion: FeaturesEvidence.nullable() })
    .optional()
    .meta({ description: 'Where one of them has features: each has those of its own commit' }),
  skew: SkewEvidence.optional().meta({
    description: "Features that the champion served, against the same by the candidate's definitions offline",
  }),
  clusters: z.number().int().min(1).optional().meta({
    description: 'How many clusters the rows are in, where rows of one are not independent; absent: they are',
  }),
  seeds: z
    .array(Digest)
    .min(1)
    .max(MOST_SEEDS - 1)
    .optional()
    .meta({
      description: 'Models of the same training with other seeds, which were measured too; never promoted',
    }),
  metrics: z.array(MetricEvidence).max(200),
  groups: z
    .array(z.object({ by: z.array(Name).min(1).max(5), groups: z.array(GroupEvidence).max(2000) }))
    .max(50),
  groupMetrics: z
    .array(GroupMetricEvidence)
    .max(50)
    .optional()
    .meta({ description: 'Metrics by group, of those that bias gates ask for' }),
  slices: z.array(SliceEvidence).max(200).optional(),
  curves: CurvesEvidence.optional().meta({ description: 'Of binary classification' }),
  regressions: RegressionEvidence.optional().meta({
    description: 'Where the candidate lost most against the champion',
  }),
  predictions: z
    .object({ candidate: PredictionsEvidence.nullable(), champion: PredictionsEvidence.nullable() })
    .optional()
    .meta({
      description:
        'Kept in the artifact store, where there is one; null where they are too many to keep, or it could not be written',
    }),
  latency: LatencyEvidence.meta({ description: 'Of bare calls; empty where no gate asks for them' }),
  loads: z.array(LoadEvidence).max(8).optional().meta({ description: 'Over HTTP, a load each' }),
  footprint: FootprintEvidence.optional().meta({ description: 'What the candidate takes up' }),
  seconds: z.number().min(0),
});
export type EvaluationPredicate = z.infer<typeof EvaluationPredicate>;

export const evaluationEvidence: EvidenceKind<EvaluationPredicate> = {
  predicateType: PREDICATE_TYPES.evaluation,
  schema: EvaluationPredicate,
};

/** How many rows the metrics are of, and what they are called: those of the holdout that did not choose a threshold. */
export function judgedRows({
  holdout,
  chosenThreshold,
}: Pick<EvaluationPredicate, 'holdout' | 'chosenThreshold'>): {
  readonly now: number;
  readonly name: string;
} {
  return chosenThreshold
    ? { now: chosenThreshold.judged, name: 'judged holdout rows' }
    : { now: holdout.rows, name: 'holdout rows' };
}
