/** `gates` of a model. Add a gate: add a file and a line. */

import { z } from 'zod';
import { RelativePath } from '../column.ts';
import { BenchmarkGate } from './benchmark.ts';
import { BiasGate } from './bias.ts';
import { LatencyGate } from './latency.ts';
import { SkewGate } from './skew.ts';

export const Gates = z.strictObject({
  benchmark: z.array(BenchmarkGate).max(100).default([]),
  bias: z.array(BiasGate).max(100).default([]),
  latency: z.array(LatencyGate).max(20).default([]),
  data: z
    .strictObject({ contract: RelativePath.meta({ description: 'ODCS contract of the training data' }) })
    .optional(),
  skew: SkewGate.optional(),
});
