/** `gates.skew`. */

import { z } from 'zod';
import { SkewTolerance } from '../monitor.ts';

export const SkewGate = z.strictObject({
  max: z.number().min(0).max(1).default(0.001).meta({
    description:
      'Share of logged feature values that may differ from what is computed again offline, point in time',
  }),
  tolerance: SkewTolerance,
});
export type SkewGate = z.infer<typeof SkewGate>;
