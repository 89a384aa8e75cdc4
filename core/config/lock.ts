/** Data locks: what a repository holds instead of the data. `uri` + digest (+ interval, + where newer rows come from). */

import { z } from 'zod';
import type { Digest } from '../digest.ts';

/** A path from the repository's root, or inside the store that stands before the colon; never outside either. */
const PLACE = /^((store|training):)?(?![/\\])(?!(.*\/)?\.\.(\/|$))[^\\\0:]+$/;

/** Where newer rows of the data come from: what `mergeway data advance` reads. */
const LockSource = z.strictObject({
  parts: z
    .string()
    .min(1)
    .max(1000)
    .regex(PLACE, 'expected a folder, or store:<folder> or training:<folder>')
    .meta({ description: 'Folder of Parquet files; every row of every file in it counts' }),
  time: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'Column with the event time, which intervals are cut by' }),
});

export const DataLock = z.strictObject({
  uri: z
    .string()
    .min(1)
    .max(1000)
    .regex(
      PLACE,
      'expected a path from the repository root, store:<path> in the data store or training:<path> in the training store',
    )
    .meta({
      description:
        "A path from the repository's root, store:<path> inside the data store, which only the evaluation job is given, or training:<path> inside the training store, which training is given too",
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
  source: LockSource.optional().meta({
    description: 'Where the next interval comes from; a lock without it is never advanced',
  }),
});
export type DataLock = z.infer<typeof DataLock>;

/** The digest that the lock promises. */
export function lockDigest(lock: DataLock): Digest {
  return `sha256:${lock.sha256}` as Digest;
}

/** Where a path of a lock lies. */
export interface Place {
  readonly in: 'repository' | 'store' | 'training';
  /** From the root of the repository or the store. */
  readonly path: string;
}

/** The place that a lock's `uri` or the folder of its source stands for. */
export function placeOf(text: string): Place {
  const [, store, path = text] = /^(store|training):(.*)$/s.exec(text) ?? [];
  return { in: (store as Place['in'] | undefined) ?? 'repository', path };
}
