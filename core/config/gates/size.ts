/** `gates.size`. */

import { z } from 'zod';
import { ByteSize } from '../byte-size.ts';

export const SizeGate = z.strictObject({
  max: ByteSize.meta({ description: "The model file's size must be at most this" }),
});
export type SizeGate = z.infer<typeof SizeGate>;
