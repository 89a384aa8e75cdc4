/** The class of the machine: latencies are comparable within one. */

import { arch, availableParallelism, cpus, platform } from 'node:os';

/** Such as `linux x64, 4 × AMD EPYC 7763`. */
export function runnerClass(): string {
  const processor = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown processor';
  return `${platform()} ${arch()}, ${availableParallelism()} × ${processor}`.slice(0, 200);
}
