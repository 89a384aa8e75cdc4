/** Every part that is simulated. Add a part: add a file and a line. */

import type { BenchRow } from '../benchmark.ts';
import { benchmarkTruth } from './benchmark.ts';
import { biasTruth } from './bias.ts';
import { latencyOnTraces } from './latency.ts';
import { seedsTruth } from './seeds.ts';

type Simulation = (say: (line: string) => void) => readonly BenchRow[] | Promise<readonly BenchRow[]>;

export const simulated: Readonly<Record<string, Simulation>> = {
  benchmark: benchmarkTruth,
  bias: biasTruth,
  latency: latencyOnTraces,
  seeds: seedsTruth,
};

export const simulatedNames: readonly string[] = Object.keys(simulated);
