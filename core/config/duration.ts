/** Durations as people write them: `50ms`, `10s`, `20m`, `24h`, `7d`. */

import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const EXPECTED = 'expected a duration above nothing, such as 50ms, 10s, 20m, 24h or 7d';

export const Duration = z
  .string(EXPECTED)
  .regex(/^(?=[\d.]*[1-9])\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)$/, {
    error: EXPECTED,
    abort: true,
  })
  .meta({ description: 'A duration: a number and ms, s, m, h or d' });

/** A duration that `Duration` accepted, in milliseconds. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
