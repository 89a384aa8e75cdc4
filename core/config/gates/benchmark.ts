/** `gates.benchmark` and `gates.correction`. */

import { z } from 'zod';
import { metricNames } from '../../metrics/index.ts';
import { Decide } from './decide.ts';

export const BenchmarkGate = z
  .strictObject({
    metric: z.enum(metricNames).meta({ description: "A metric, by scikit-learn's name" }),
    min: z.number().optional().meta({ description: 'The metric must be at least this' }),
    max: z.number().optional().meta({ description: 'The metric must be at most this' }),
    versus: z
      .literal('champion')
      .optional()
      .meta({ description: 'Compare with the version in production, on the same rows' }),
    margin: z.number().min(0).optional().meta({
      description: "How much worse than the champion may be (non-inferiority), in the metric's unit",
    }),
    gain: z.number().min(0).optional().meta({
      description: "How much better than the champion must be at least (superiority), in the metric's unit",
    }),
    slice: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Name of a slice of the rows to judge; absent: all of them' }),
    decide: Decide,
  })
  .superRefine(({ margin, gain }, context) => {
    if (margin === undefined || gain === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['gain'],
      input: gain,
      message: 'a gate allows a loss (`margin`) or demands a `gain`, not both',
    });
  });
export type BenchmarkGate = z.infer<typeof BenchmarkGate>;

export const Correction = z.enum(['holm', 'benjamini-hochberg', 'none']).optional().meta({
  description:
    'How failures among many limits of the benchmark gate are kept from being chance: holm bounds the chance of any false one, benjamini-hochberg their share; by default holm. Passing needs none, since every limit has to',
});
