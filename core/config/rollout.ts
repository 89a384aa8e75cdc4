/** `rollout` of a model: steps, and what guards them. */

import { z } from 'zod';
import { Duration } from './duration.ts';

const RolloutStep = z.strictObject({
  weight: z.number().gt(0).max(100).meta({ description: 'Share of traffic for the canary, in percent' }),
  for: Duration.default('10m').meta({ description: 'How long the step is watched' }),
});

const Guard = z.strictObject({
  errors: z
    .strictObject({
      tolerance: z
        .number()
        .min(0)
        .default(0)
        .meta({ description: "How much higher than the champion's error rate may be: 0.1 is 10 % higher" }),
    })
    .default({ tolerance: 0 })
    .meta({ description: 'Compares error rates' }),
  slo: z
    .strictObject({
      latency: Duration,
      tolerance: z.number().min(0).default(0).meta({ description: 'As for errors' }),
    })
    .optional()
    .meta({
      description:
        'Compares the shares of requests slower than this: looking features up, waiting, and the processor time of their batch',
    }),
  alpha: z.number().gt(0).max(0.2).default(0.01).meta({
    description:
      'Chance, over the whole rollout and all guards together, that a canary no worse than the champion is rolled back',
  }),
});

export const Rollout = z.strictObject({
  target: z.string().min(1).meta({ description: 'A serving target of mergeway.yaml' }),
  steps: z.array(RolloutStep).min(1).max(20),
  guard: Guard.prefault({}),
});
export type Rollout = z.infer<typeof Rollout>;
