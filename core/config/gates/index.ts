/** `gates` of a model. Add a gate: add a file and a line. */

import { z } from 'zod';
import { RelativePath } from '../column.ts';
import { BenchmarkGate, Correction } from './benchmark.ts';
import { BiasGate } from './bias.ts';
import { LatencyGate } from './latency.ts';
import { LoadTimeGate } from './load-time.ts';
import { MemoryGate } from './memory.ts';
import { SizeGate } from './size.ts';
import { SkewGate } from './skew.ts';
import { ThroughputGate } from './throughput.ts';

export const Gates = z.strictObject({
  benchmark: z.array(BenchmarkGate).max(100).default([]),
  correction: Correction,
  bias: z.array(BiasGate).max(100).default([]),
  latency: z.array(LatencyGate).max(20).default([]),
  // Without defaults: the digest of a policy that asks for none of these stays what it was.
  throughput: z.array(ThroughputGate).max(20).optional(),
  size: SizeGate.optional(),
  memory: MemoryGate.optional(),
  'load-time': LoadTimeGate.optional(),
  data: z
    .strictObject({ contract: RelativePath.meta({ description: 'ODCS contract of the training data' }) })
    .optional(),
  skew: SkewGate.optional(),
});
