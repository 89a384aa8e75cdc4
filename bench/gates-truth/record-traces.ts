/** Records a trace of latency-traces.ts anew, `alone` or else beside a noisy neighbour: `node bench/gates-truth/record-traces.ts <name>`. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TurnSeries } from '#core/evaluation/turns.ts';
import { realModels } from './latency-runs.ts';
import { noisyNeighbour } from './neighbour.ts';

const ROUNDS = 3000;
/** So that a call takes some 50 µs, as a tree model's does. */
const RUNS_A_CALL = 8;

const [name = ''] = process.argv.slice(2);
const models = await realModels(RUNS_A_CALL);
const neighbour = name === 'alone' ? undefined : noisyNeighbour();
try {
  await record();
} finally {
  await neighbour?.leave();
  await models.release();
}

async function record(): Promise<void> {
  const series = await models.measure({ forMs: 30_000, settled: () => false });
  const slots = [series.candidateUs, series.championUs ?? [], series.againUs].map(tenths);
  const file = join(import.meta.dirname, 'traces', `${name}.json`);
  await writeFile(file, `${JSON.stringify({ tenthsOfMicroseconds: slots })}\n`);
}

function tenths(latenciesUs: TurnSeries['candidateUs']): readonly number[] {
  return latenciesUs.slice(0, ROUNDS).map((us) => Math.round(us * 10));
}
