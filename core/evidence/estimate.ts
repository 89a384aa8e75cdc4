/** A measured value and how well it is known. */

import { z } from 'zod';

/** A point and its 95 % interval; `point` is null, with a reason, where the metric is undefined on these rows. */
export const Estimate = z
  .object({
    point: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    reason: z.string().max(500).optional(),
    method: z.string().max(100).optional().meta({ description: 'What the interval was made by' }),
    freedom: z
      .number()
      .positive()
      .optional()
      .meta({ description: 'Degrees of freedom of its t distribution; absent: normal' }),
  })
  .refine(({ low, high }) => low === null || high === null || low <= high, {
    path: ['low'],
    message: 'the interval ends before it begins',
  });
export type Estimate = z.infer<typeof Estimate>;
