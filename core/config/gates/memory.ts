/** `gates.memory`. */

import { z } from 'zod';
import { ByteSize } from '../byte-size.ts';
import { Decide } from './decide.ts';

export const MemoryGate = z.strictObject({
  max: ByteSize.meta({
    description: 'What loading the model and running it may add at most to the memory of a process',
  }),
  decide: Decide,
});
export type MemoryGate = z.infer<typeof MemoryGate>;
