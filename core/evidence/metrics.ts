/** Metrics of candidate and champion, as evidence. */

import { z } from 'zod';
import { MOST_SEEDS } from '../config/seeds.ts';
import { Estimate } from './estimate.ts';
import { Name } from './name.ts';

export const MetricEvidence = z.object({
  metric: Name,
  candidate: Estimate,
  champion: Estimate.nullable(),
  difference: Estimate.nullable().meta({ description: 'Candidate minus champion, paired on the same rows' }),
  seeds: z
    .array(z.number().nullable())
    .max(MOST_SEEDS - 1)
    .optional()
    .meta({
      description:
        'Values of runs of the same training with other seeds; the intervals of candidate and difference hold how they differ',
    }),
});
export type MetricEvidence = z.infer<typeof MetricEvidence>;
