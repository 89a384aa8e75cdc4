/** Confusion counts by group, as evidence. */

import { z } from 'zod';

/** Confusion counts of one group at the model's threshold. */
export const Confusion = z.object({
  tp: z.number().min(0),
  fp: z.number().min(0),
  fn: z.number().min(0),
  tn: z.number().min(0),
});
export type Confusion = z.infer<typeof Confusion>;

export const GroupEvidence = z.object({
  values: z
    .array(z.string().max(200))
    .meta({ description: 'One value per column of `by`; a missing value is the text (missing)' }),
  candidate: Confusion,
  champion: Confusion.nullable(),
});
export type GroupEvidence = z.infer<typeof GroupEvidence>;
