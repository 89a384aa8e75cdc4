/** Files of predictions, as evidence: a Parquet file for each model with key, label and scores of every row. */

import { z } from 'zod';
import { Digest } from '../digest.ts';

export const PredictionsEvidence = z.object({
  digest: Digest,
  rows: z.number().int().min(0),
  bytes: z.number().int().min(0),
  reused: z
    .boolean()
    .optional()
    .meta({ description: 'The model was not run again: an earlier evaluation kept these' }),
});
export type PredictionsEvidence = z.infer<typeof PredictionsEvidence>;
