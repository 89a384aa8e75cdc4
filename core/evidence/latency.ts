/** Latencies of candidate and champion, as evidence: of bare calls, and of requests over HTTP under each load that was asked for. */

import { z } from 'zod';

/** Latencies kept of each series. */
const MOST_LATENCIES = 20_000;

const Series = z.array(z.number().min(0)).max(MOST_LATENCIES);

const SERIES = {
  candidateUs: Series.meta({
    description: 'Single-row latencies in microseconds, in order of measurement',
  }),
  championUs: Series.nullable().meta({
    description: 'In turns with the candidate: the same index was measured in the same round',
  }),
  againUs: Series.optional().meta({
    description:
      "A second series of the champion, of the candidate where there is none, in the same rounds: the runner's noise (A/A)",
  }),
};

export const LatencyEvidence = z.object(SERIES);
export type LatencyEvidence = z.infer<typeof LatencyEvidence>;

/** What was asked of the server. */
export const LoadAt = z.union([
  z.object({ concurrency: z.number().int().min(1).max(64) }),
  z.object({ perSecond: z.number().positive(), arrivals: z.enum(['poisson', 'fixed']) }),
]);
export type LoadAt = z.infer<typeof LoadAt>;

export const LoadEvidence = z.object({
  at: LoadAt,
  perTurn: z
    .number()
    .int()
    .min(1)
    .max(MOST_LATENCIES)
    .meta({ description: 'Requests of one model in a row before the next model has its turn' }),
  ...SERIES,
});
export type LoadEvidence = z.infer<typeof LoadEvidence>;
