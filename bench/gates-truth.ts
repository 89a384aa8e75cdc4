/** What the gates say of models whose truth is known, beside rival rules on the same runs. */

import type { Benchmark, BenchRow } from './benchmark.ts';
import { benchmarkTruth } from './gates-truth/benchmark.ts';
import { biasTruth } from './gates-truth/bias.ts';
import { latencyTruth } from './gates-truth/latency.ts';

/** Each part's rows. Add a part: add a file and a line. */
const parts = [benchmarkTruth, biasTruth, latencyTruth] as const;

export const gatesTruth: Benchmark = {
  name: 'gates-truth',
  about: 'wrong and missing verdicts of our gates beside rival rules on the same runs',
  async run(say) {
    const rows: BenchRow[] = [];
    for (const part of parts) rows.push(...(await part(say)));
    return rows;
  },
};
