/** `gates.latency`. */

import { z } from 'zod';
import { Duration } from '../duration.ts';
import { Decide } from './decide.ts';

export const LatencyGate = z.strictObject({
  percentile: z.number().min(1).max(99.9).meta({ description: 'Percentile of single-row latency' }),
  max: Duration.optional().meta({ description: 'The percentile must be at most this' }),
  versus: z
    .literal('champion')
    .optional()
    .meta({ description: 'Compare with the version in production, interleaved in one process' }),
  ratio: z
    .number()
    .positive()
    .optional()
    .meta({ description: "The percentile may be at most this many times the champion's" }),
  decide: Decide,
});
export type LatencyGate = z.infer<typeof LatencyGate>;
