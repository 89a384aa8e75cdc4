/** `gates.latency`. */

import { z } from 'zod';
import { Duration } from '../duration.ts';
import { Decide } from './decide.ts';
import { At, MeasuredFor, Over } from './load.ts';

export const LatencyGate = z
  .strictObject({
    percentile: z.number().min(1).max(99.9).meta({ description: 'Percentile of single-row latency' }),
    max: Duration.optional().meta({ description: 'The percentile must be at most this' }),
    versus: z
      .literal('champion')
      .optional()
      .meta({ description: 'Compare with the version in production, in turns on the same runner' }),
    ratio: z
      .number()
      .positive()
      .optional()
      .meta({ description: "The percentile may be at most this many times the champion's" }),
    over: Over.optional(),
    at: At.optional(),
    for: MeasuredFor.optional(),
    decide: Decide,
  })
  .refine(({ over, at }) => !(over === 'model' && at), {
    path: ['at'],
    message: 'bare calls run one at a time; requests in flight or at a rate need `over: http`',
  });
export type LatencyGate = z.infer<typeof LatencyGate>;
