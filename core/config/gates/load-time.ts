/** `gates.load-time`. */

import { z } from 'zod';
import { Duration } from '../duration.ts';
import { Decide } from './decide.ts';

export const LoadTimeGate = z.strictObject({
  max: Duration.meta({
    description: 'The model must be ready at most this long after its bytes are read, in a new process',
  }),
  decide: Decide,
});
export type LoadTimeGate = z.infer<typeof LoadTimeGate>;
