/** `gates.bias`. */

import { z } from 'zod';
import { fairnessMetricNames, fairnessMetrics } from '../../fairness/index.ts';
import { Column } from '../column.ts';
import { Decide } from './decide.ts';

/** A limit on the wrong side would pass every unfair model, so it is refused. */
export const BiasGate = z
  .strictObject({
    metric: z.enum(fairnessMetricNames).meta({ description: "A fairness metric, by Fairlearn's name" }),
    by: z
      .array(Column)
      .min(1)
      .max(5)
      .meta({ description: 'Columns that make the groups; several make their intersections' }),
    max: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'Differences: at most this. Without a limit the numbers are reported only' }),
    min: z.number().min(0).max(1).optional().meta({ description: 'Ratios: at least this' }),
    decide: Decide,
  })
  .superRefine(({ metric, min, max }, context) => {
    const { kind } = fairnessMetrics[metric];
    if (kind === 'ratio' && max !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['max'],
        input: max,
        message: `${metric} is fair at 1: its limit is \`min\``,
      });
    }
    if (kind === 'difference' && min !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['min'],
        input: min,
        message: `${metric} is fair at 0: its limit is \`max\``,
      });
    }
  });
export type BiasGate = z.infer<typeof BiasGate>;
