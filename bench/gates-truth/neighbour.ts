/** A noisy neighbour: processes that compute in bursts of 5 to 50 ms and rest as long in between, one for each core. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const BURSTS = `
const pause = new Int32Array(new SharedArrayBuffer(4));
const some = () => 5 + 45 * Math.random();
for (;;) {
  const end = performance.now() + some();
  while (performance.now() < end);
  Atomics.wait(pause, 0, 0, some());
}`;

export interface Neighbour {
  leave(): Promise<void>;
}

export function noisyNeighbour(): Neighbour {
  const children = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', BURSTS], { stdio: 'ignore' }),
  );
  const end = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', end);
  return {
    async leave() {
      process.off('exit', end);
      await Promise.all(children.map(endOne));
    },
  };
}

async function endOne(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
