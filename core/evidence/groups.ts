/** Confusion counts and metrics by group, as evidence. */

import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Name } from './name.ts';

/** Confusion counts of one group at the model's threshold. */
export const Confusion = z.object({
  tp: z.number().min(0),
  fp: z.number().min(0),
  fn: z.number().min(0),
  tn: z.number().min(0),
});
export type Confusion = z.infer<typeof Confusion>;

/** What stands behind counts that are sums of weights: how well a weighted rate is known depends on both. */
export const Weighing = z.object({
  rows: Confusion.meta({ description: 'Rows in each cell' }),
  squares: Confusion.meta({ description: 'Sum of squared weights in each cell' }),
});
export type Weighing = z.infer<typeof Weighing>;

export const Clustering = z.object({
  clusters: z.number().int().min(1).meta({ description: 'Clusters with rows in the group' }),
  products: z.array(z.number().min(0)).length(10).meta({
    description:
      'Sums over the clusters of the products of their counts: tp·tp, tp·fp, tp·fn, tp·tn, fp·fp, fp·fn, fp·tn, fn·fn, fn·tn, tn·tn',
  }),
});
export type Clustering = z.infer<typeof Clustering>;

const Values = z
  .array(z.string().max(200))
  .meta({ description: 'One value per column of `by`; a missing value is the text (missing)' });

export const GroupEvidence = z.object({
  values: Values,
  candidate: Confusion,
  champion: Confusion.nullable(),
  weighing: Weighing.optional().meta({ description: "Of the candidate's counts, where rows have weights" }),
  clustering: Clustering.optional().meta({
    description: "Of the candidate's counts, where rows of one cluster are not independent",
  }),
});
export type GroupEvidence = z.infer<typeof GroupEvidence>;

/** One metric, measured on each group by itself. */
export const GroupMetricEvidence = z.object({
  by: z.array(Name).min(1).max(5),
  metric: Name,
  groups: z
    .array(
      z.object({
        values: Values,
        rows: z.number().int().min(0),
        rarer: z
          .number()
          .int()
          .min(0)
          .optional()
          .meta({ description: 'Binary classification: rows of the rarer class' }),
        candidate: Estimate,
        champion: z.number().nullable(),
      }),
    )
    .max(2000),
});
export type GroupMetricEvidence = z.infer<typeof GroupMetricEvidence>;
