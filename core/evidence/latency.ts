/** Latencies of candidate and champion, as evidence. */

import { z } from 'zod';

export const LatencyEvidence = z.object({
  candidateUs: z
    .array(z.number().min(0))
    .max(20_000)
    .meta({ description: 'Single-row latencies in microseconds, in order of measurement' }),
  championUs: z
    .array(z.number().min(0))
    .max(20_000)
    .nullable()
    .meta({ description: 'Interleaved with the candidate: the same index was measured in the same pair' }),
});
export type LatencyEvidence = z.infer<typeof LatencyEvidence>;
