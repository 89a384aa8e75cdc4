/** What a comparison of served features with the same computed again offline found: counts, causes and a few examples. */

import { z } from 'zod';
import { Digest } from '../digest.ts';
import { Name } from './name.ts';

const Text = z.string().max(300);

const SKEW_CAUSES = ['missing', 'expired', 'late', 'transformation', 'time zone', 'unknown'] as const;
export type SkewCause = (typeof SKEW_CAUSES)[number];

/** Why a column was not compared. */
export const LEFT_OUT = ['changed', 'restricted', 'not logged', 'incomparable'] as const;

export const SkewFeature = z.object({
  column: Name,
  compared: z.number().int().min(0),
  differing: z.number().int().min(0),
  cause: z
    .object({
      name: z.enum(SKEW_CAUSES),
      share: z.number().min(0).max(1).meta({ description: 'Of the rows that were looked into' }),
      detail: Text,
    })
    .nullable()
    .meta({ description: 'The likely cause, of the worst features' }),
  leftOut: z.object({ because: z.enum(LEFT_OUT), detail: Text }).optional(),
});
export type SkewFeature = z.infer<typeof SkewFeature>;

export const SkewExample = z.object({
  column: Name,
  prediction: Name,
  row: z.number().int().min(0),
  at: z.string().max(40),
  entity: z.record(Name, z.string().max(100)),
  served: z.string().max(100),
  offline: z.string().max(100),
  cause: z.enum(SKEW_CAUSES),
  detail: Text,
});
export type SkewExample = z.infer<typeof SkewExample>;

export const SkewEvidence = z.object({
  service: Name,
  digest: Digest,
  version: Name.nullable().meta({ description: 'Whose rows were compared; null: every version' }),
  rows: z.number().int().min(0),
  from: z.string().max(40).nullable().meta({ description: 'Event time of the first row' }),
  to: z.string().max(40).nullable(),
  features: z.array(SkewFeature).max(2000),
  examples: z.array(SkewExample).max(10),
  note: Text.optional().meta({ description: 'Why there is nothing to compare' }),
});
export type SkewEvidence = z.infer<typeof SkewEvidence>;
