/** `monitor` of model.yaml: windows of live predictions held against what the model was evaluated on, and when to train again. */

import { z } from 'zod';
import { metricNames, metrics } from '../metrics/index.ts';
import { Duration } from './duration.ts';
import { Every } from './schedule.ts';

const Alarm = z.boolean().default(true).meta({ description: 'false: measured and shown, never an alarm' });

const DriftMonitor = z.strictObject({
  psi: z
    .union([z.literal('auto'), z.number().positive()])
    .default('auto')
    .meta({
      description: 'auto knows the rows of the window and the number of columns; a number fixes the limit',
    }),
  alarm: Alarm,
});

const PerformanceMonitor = z
  .strictObject({
    metric: z.enum(metricNames).meta({ description: "A metric, by scikit-learn's name" }),
    min: z.number().optional().meta({ description: 'The metric must be at least this' }),
    max: z.number().optional().meta({ description: 'The metric must be at most this' }),
    ratio: z.number().positive().optional().meta({
      description:
        "How many times its value on the version's own holdout the metric may become; below 1 for metrics that should be high",
    }),
    labels: z
      .strictObject({
        within: Duration.meta({ description: 'How late labels come: a window waits for so long' }),
      })
      .prefault({ within: '1d' }),
    alarm: Alarm,
  })
  .superRefine(({ metric, ratio }, context) => {
    const { better } = metrics[metric];
    if (ratio === undefined || (better === 'lower' ? ratio >= 1 : ratio <= 1)) return;
    context.addIssue({
      code: 'custom',
      path: ['ratio'],
      input: ratio,
      message: `${metric} is better when ${better}: its ratio is ${better === 'lower' ? 'at least' : 'at most'} 1`,
    });
  });
export type PerformanceMonitor = z.infer<typeof PerformanceMonitor>;

/** Of the skew monitor and of the skew gate. */
export const SkewTolerance = z
  .union([z.number().min(0), z.record(z.string().min(1).max(200), z.number().min(0))])
  .default(1e-6)
  .meta({ description: 'Relative difference of numbers that counts as equal; one for all, or by feature' });

export const SkewMonitor = z.strictObject({
  max: z.number().min(0).max(1).default(0.001).meta({
    description: 'Share of feature values that may differ from what is computed again offline',
  }),
  tolerance: SkewTolerance,
  alarm: Alarm,
});

export const Retrain = z.strictObject({
  when: z
    .array(z.enum(['drift', 'performance', 'skew', 'interval']))
    .min(1)
    .meta({
      description: 'Alarms that ask for a new candidate; `interval`: every complete data interval does',
    }),
  cooldown: Duration.default('24h').meta({
    description: 'Shortest time between two retraining pull requests',
  }),
  'at-most': z
    .string()
    .regex(/^[1-9]\d{0,3}\/(day|week|month)$/, 'expected a number and day, week or month, such as 3/week')
    .default('3/week')
    .meta({ description: 'Most retraining pull requests in any such span' }),
  'auto-merge': z
    .boolean()
    .default(false)
    .meta({ description: 'true: merged by Mergeway when every gate has passed and `approvals` are there' }),
  approvals: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(1)
    .meta({ description: 'Approving reviews that auto-merge waits for' }),
});
export type Retrain = z.infer<typeof Retrain>;

export const Monitor = z.strictObject({
  every: Every.optional().meta({ description: 'Length of a window; by default that of `intervals`' }),
  lookback: z.number().int().min(0).max(100).default(1).meta({
    description: 'How many windows before the newest are looked at again for late rows and labels',
  }),
  'false-alarms': z.number().gt(0).max(100).default(0.1).meta({
    description: 'Alarms a month that chance alone may raise, over all columns and checks together',
  }),
  'min-rows': z
    .number()
    .int()
    .min(1)
    .default(200)
    .meta({ description: 'A window of fewer predictions is inconclusive' }),
  drift: DriftMonitor.optional().meta({
    description: 'Features and predictions against the reference profile',
  }),
  performance: z
    .array(PerformanceMonitor)
    .max(20)
    .default([])
    .meta({ description: 'Metrics over predictions whose labels came' }),
  skew: SkewMonitor.optional().meta({ description: 'Served features against the same computed offline' }),
  silence: Duration.optional().meta({ description: 'No prediction for so long is an alarm' }),
  retrain: Retrain.optional().meta({ description: 'When Mergeway opens a retraining pull request' }),
});
export type Monitor = z.infer<typeof Monitor>;
