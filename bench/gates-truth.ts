/** What the gates say of models whose truth is known, beside rival rules on the same simulated holdouts. */

import type { Benchmark, BenchRow } from './benchmark.ts';
import { biasTruth } from './gates-truth/bias.ts';

/** Each part's rows. Add a part: add a file and a line. */
const parts = [biasTruth] as const;

export const gatesTruth: Benchmark = {
  name: 'gates-truth',
  about: 'wrong and missing verdicts of our gates beside a fixed threshold and the bootstrap of Fairlearn',
  async run(say) {
    const rows: BenchRow[] = [];
    for (const part of parts) rows.push(...(await part(say)));
    return rows;
  },
};
