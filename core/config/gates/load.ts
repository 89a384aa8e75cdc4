/** How requests come while latency or throughput is measured: as bare calls or over HTTP, a number at a time or at a rate. */

import { z } from 'zod';
import { Duration } from '../duration.ts';
import { Rate } from '../rate.ts';

const Concurrency = z
  .number()
  .int()
  .min(1)
  .max(64)
  .meta({ description: 'Requests in flight: each waits for its answer before the next (closed loop)' });

export const ClosedLoop = z.strictObject({ concurrency: Concurrency });

const OpenLoop = z.strictObject({
  rate: Rate.meta({ description: 'Requests are due at this rate whether or not earlier ones were answered' }),
  arrivals: z
    .enum(['poisson', 'fixed'])
    .optional()
    .meta({ description: 'poisson (the default): at random times, as of many users; fixed: evenly spaced' }),
});

export const Over = z.enum(['model', 'http']).meta({
  description: 'model: bare calls; http: requests to `mergeway serve` on this runner (the default with `at`)',
});

export const At = z.union([ClosedLoop, OpenLoop]).meta({
  description: 'Over HTTP: requests in flight, or requests a second; without it one at a time',
});

export const MeasuredFor = Duration.meta({
  description:
    'How long is measured at most (default 5s over http, 3s otherwise); longer settles narrower cases',
});
