/** What a model takes up in a process of its own. */

import type { Tensor } from './model-backend.ts';

export interface Footprint {
  readonly loadMs: number;
  /** Largest resident memory with the model loaded and run, less that of the process before. */
  readonly memoryBytes: number;
}

export interface FootprintMeter {
  /** Loads the model in a new process and runs it on each of these inputs. MW_MEASUREMENT_FAILED. */
  measure(bytes: Uint8Array, rows: readonly Readonly<Record<string, Tensor>>[]): Promise<Footprint>;
}
