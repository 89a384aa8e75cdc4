/** Where the candidate lost most against the champion, as evidence: slices and single rows. */

import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Name } from './name.ts';

export const SliceRegression = z.object({
  slice: Name,
  metric: Name,
  loss: Estimate.meta({
    description:
      'By how much the candidate is worse, in units of the metric; more is worse, whatever its direction',
  }),
});
export type SliceRegression = z.infer<typeof SliceRegression>;

export const RowRegressions = z.object({
  measure: z
    .enum(['log_loss', 'zero_one_loss', 'absolute_error'])
    .meta({ description: 'What a row costs a model' }),
  worse: z.number().int().min(0).meta({ description: 'Rows that cost the candidate more than the champion' }),
  rows: z
    .array(
      z.object({
        key: Name,
        candidate: z.number().optional(),
        champion: z.number().optional(),
      }),
    )
    .max(20)
    .meta({ description: 'Largest loss first; without numbers where the contract restricts the label' }),
  hidden: z.string().max(300).optional().meta({ description: 'Why no row is named' }),
});
export type RowRegressions = z.infer<typeof RowRegressions>;

export const RegressionEvidence = z.object({
  slices: z
    .array(SliceRegression)
    .max(100)
    .meta({ description: 'By metric; of each the largest loss first, by the lower end of its interval' }),
  rows: RowRegressions.nullable(),
});
export type RegressionEvidence = z.infer<typeof RegressionEvidence>;
