/** What a model takes up: its file, and the memory and time of loading and running it in processes of their own. */

import { z } from 'zod';

const Count = z.number().int().min(0);

export const FootprintEvidence = z.object({
  bytes: Count.meta({ description: "Of the model's file" }),
  processes: z
    .array(
      z.object({
        loadMs: z.number().min(0).meta({ description: 'From bytes in memory to a model that answers' }),
        memoryBytes: Count.meta({
          description:
            'Largest resident memory with the model loaded and run, less that of the process before',
        }),
      }),
    )
    .max(20)
    .optional()
    .meta({ description: 'One for each new process that the model was loaded and run in' }),
});
export type FootprintEvidence = z.infer<typeof FootprintEvidence>;
