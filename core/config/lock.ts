/** Data locks: what a repository holds instead of the data. `uri` + digest (+ interval). */

import { z } from 'zod';
import type { Digest } from '../digest.ts';

export const DataLock = z.strictObject({
  uri: z
    .string()
    .min(1)
    .max(1000)
    .regex(
      /^(store:)?(?![/\\])(?!(.*\/)?\.\.(\/|$))[^\\\0:]+$/,
      'expected a path from the repository root, or store:<path> in the data store',
    )
    .meta({
      description:
        "A path from the repository's root, or store:<path> inside the data store, which only the evaluation job is given",
    }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'SHA-256 of the file, 64 hex digits' }),
  rows: z.number().int().min(0).optional(),
  interval: z
    .strictObject({ from: z.string(), to: z.string() })
    .optional()
    .meta({ description: 'Data interval: from (included) to (left out)' }),
});
export type DataLock = z.infer<typeof DataLock>;

/** The digest that the lock promises. */
export function lockDigest(lock: DataLock): Digest {
  return `sha256:${lock.sha256}` as Digest;
}
