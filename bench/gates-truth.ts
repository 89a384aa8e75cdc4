/** What the gates say of models whose truth is known, beside rival rules on the same runs. */

import { Worker } from 'node:worker_threads';
import type { Benchmark, BenchRow } from './benchmark.ts';
import { latencyBesideNeighbour } from './gates-truth/latency.ts';
import { simulatedNames } from './gates-truth/simulated.ts';

export const gatesTruth: Benchmark = {
  name: 'gates-truth',
  about: 'wrong and missing verdicts of our gates beside rival rules on the same runs',
  async run(say) {
    const simulated = await Promise.all(simulatedNames.map((name) => inThread(name, say)));
    return [...simulated.flat(), ...(await latencyBesideNeighbour(say))];
  },
};

/** Simulations have nothing in common and take minutes each. */
function inThread(name: string, say: (line: string) => void): Promise<readonly BenchRow[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly BenchRow[]>();
  const worker = new Worker(new URL('./gates-truth/thread.ts', import.meta.url), { workerData: name });
  worker.on('message', (message: string | readonly BenchRow[]) => {
    if (typeof message === 'string') say(message);
    else resolve(message);
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error(`the simulation ${name} ended without rows`)));
  return promise;
}
