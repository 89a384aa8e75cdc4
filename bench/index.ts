/** Every benchmark. Add a file, add a line. */

import type { Benchmark } from './benchmark.ts';
import { bias } from './bias.ts';
import { evaluate } from './evaluate.ts';
import { features } from './features.ts';
import { gatesTruth } from './gates-truth.ts';
import { monitorTruth } from './monitor-truth.ts';
import { online } from './online.ts';
import { rolloutErrors } from './rollout-errors.ts';
import { servingFeatures } from './serving-features.ts';

export const benchmarks: readonly Benchmark[] = [
  evaluate,
  features,
  online,
  servingFeatures,
  rolloutErrors,
  monitorTruth,
  bias,
  gatesTruth,
];
