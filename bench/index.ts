/** Every benchmark. Add a file, add a line. */

import type { Benchmark } from './benchmark.ts';
import { rolloutErrors } from './rollout-errors.ts';

export const benchmarks: readonly Benchmark[] = [rolloutErrors];
