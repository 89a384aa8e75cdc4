/** `gates.throughput`. */

import { z } from 'zod';
import { Rate } from '../rate.ts';
import { Decide } from './decide.ts';
import { ClosedLoop, MeasuredFor, Over } from './load.ts';

export const ThroughputGate = z
  .strictObject({
    min: Rate.optional().meta({ description: 'Rows that must be answered a second, a row a request' }),
    versus: z
      .literal('champion')
      .optional()
      .meta({ description: 'Compare with the version in production, in turns on the same runner' }),
    ratio: z
      .number()
      .positive()
      .optional()
      .meta({ description: "At least this many times the champion's throughput" }),
    over: Over.optional(),
    at: ClosedLoop.optional().meta({
      description: 'Over HTTP: requests in flight; without it one at a time',
    }),
    for: MeasuredFor.optional(),
    decide: Decide,
  })
  .refine(({ over, at }) => !(over === 'model' && at), {
    path: ['at'],
    message: 'bare calls run one at a time; requests in flight need `over: http`',
  });
export type ThroughputGate = z.infer<typeof ThroughputGate>;
