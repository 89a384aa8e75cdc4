/** Sizes as people write them: `50MB` (decimal), `64MiB` (binary). */

import { z } from 'zod';

const UNIT_BYTES = {
  B: 1,
  kB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
} as const;

const EXPECTED = 'expected a size above nothing, such as 50MB, 64MiB or 1.5GB';

export const ByteSize = z
  .string(EXPECTED)
  .regex(/^(?=[\d.]*[1-9])\d{1,9}(\.\d{1,6})?(B|kB|MB|GB|KiB|MiB|GiB)$/, EXPECTED)
  .meta({ description: 'A size: a number and B, kB, MB, GB, KiB, MiB or GiB' });

/** A size that `ByteSize` accepted, in bytes. */
export function bytesOf(text: string): number {
  const [, amount, unit] = /^([\d.]+)([A-Za-z]+)$/.exec(text) ?? [];
  return Number(amount) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES];
}
