/** How often a training is run: once, or with several seeds, so that gates know how much its models differ by chance. */

import { z } from 'zod';

export const MOST_SEEDS = 10;

/** Of two runs a deviation is hardly known: intervals that rest on it hold the truth in 92 % of simulations, from three on in 95 %. */
const FEWEST_SEEDS = 3;

export const Seeds = z
  .number()
  .int()
  .min(1)
  .max(MOST_SEEDS)
  .refine((seeds) => seeds === 1 || seeds >= FEWEST_SEEDS, {
    error: `expected 1, or ${FEWEST_SEEDS} to ${MOST_SEEDS}: two runs tell too little of how much they differ`,
  })
  .default(1)
  .meta({
    description:
      'Runs of the command, 3 to 10 for benchmark gates whose intervals hold how models differ by seed; the first is the candidate',
  });
