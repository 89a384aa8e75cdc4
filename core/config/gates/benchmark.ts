/** `gates.benchmark`. */

import { z } from 'zod';
import { metricNames } from '../../metrics/index.ts';
import { Decide } from './decide.ts';

export const BenchmarkGate = z.strictObject({
  metric: z.enum(metricNames).meta({ description: "A metric, by scikit-learn's name" }),
  min: z.number().optional().meta({ description: 'The metric must be at least this' }),
  max: z.number().optional().meta({ description: 'The metric must be at most this' }),
  versus: z
    .literal('champion')
    .optional()
    .meta({ description: 'Compare with the version in production, on the same rows' }),
  margin: z
    .number()
    .min(0)
    .optional()
    .meta({ description: "How much worse than the champion may be (non-inferiority), in the metric's unit" }),
  decide: Decide,
});
export type BenchmarkGate = z.infer<typeof BenchmarkGate>;
