/** Metrics on parts of the holdout, as evidence. */

import { z } from 'zod';
import { MetricEvidence } from './metrics.ts';
import { Name } from './name.ts';

export const SliceEvidence = z.object({
  name: Name,
  where: z.string().max(2000).optional().meta({ description: 'SQL condition of its rows' }),
  rows: z.number().int().min(0),
  metrics: z.array(MetricEvidence).max(200),
});
export type SliceEvidence = z.infer<typeof SliceEvidence>;
