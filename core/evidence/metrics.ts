/** Metrics of candidate and champion, as evidence. */

import { z } from 'zod';
import { Estimate } from './estimate.ts';
import { Name } from './name.ts';

export const MetricEvidence = z.object({
  metric: Name,
  candidate: Estimate,
  champion: Estimate.nullable(),
  difference: Estimate.nullable().meta({ description: 'Candidate minus champion, paired on the same rows' }),
});
export type MetricEvidence = z.infer<typeof MetricEvidence>;
