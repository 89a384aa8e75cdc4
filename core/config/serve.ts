/** `serve` of model.yaml: what serving does where the online store has no feature, and what it writes down of each prediction. */

import { z } from 'zod';

const Column = z.string().min(1).max(200);

export const Serve = z
  .strictObject({
    missing: z.enum(['null', 'refuse']).default('null').meta({
      description:
        'A feature that is not there or too old: `null` gives the model a missing value (NaN, an empty text), `refuse` answers with an error',
    }),
    defaults: z
      .record(Column, z.union([z.string().max(1000), z.number(), z.boolean()]))
      .default({})
      .meta({
        description:
          'Value of a feature that is not there or too old, by its column; training and evaluation use it too',
      }),
    log: z
      .strictObject({
        share: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .meta({ description: 'Share of requests whose predictions are logged' }),
        restricted: z.enum(['hash', 'omit']).default('hash').meta({
          description: 'Columns that the contract classifies as restricted: a keyed hash, or left out',
        }),
      })
      .prefault({}),
  })
  .prefault({});
export type Serve = z.infer<typeof Serve>;
