/** Rates as people write them: `200/s`, `30/min`. */

import { z } from 'zod';

const UNIT_SECONDS = { s: 1, min: 60 } as const;

const EXPECTED = 'expected a rate above nothing, such as 200/s or 30/min';

export const Rate = z
  .string(EXPECTED)
  .regex(/^(?=[\d.]*[1-9])\d{1,7}(\.\d{1,6})?\/(s|min)$/, EXPECTED)
  .meta({ description: 'A rate: a number and /s or /min' });

/** A rate that `Rate` accepted, per second. */
export function ratePerSecond(text: string): number {
  const [, amount, unit] = /^([\d.]+)\/(s|min)$/.exec(text) ?? [];
  return Number(amount) / UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}
