/** Turns of bare calls: a row a call, one at a time, in this process. */

import type { Clock } from '../ports/clock.ts';
import type { Tensor } from '../ports/model-backend.ts';
import { microseconds, type TakeTurn } from './turns.ts';

/** One row's inputs for a model and how to run it on them. */
export interface Timed {
  readonly rows: readonly Readonly<Record<string, Tensor>>[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<unknown>;
}

export function bareCalls({ rows, run }: Timed, clock: Clock): TakeTurn {
  return async (drawn) => {
    const latenciesUs: number[] = [];
    for (const row of drawn) {
      const inputs = rows[row] ?? {};
      const start = clock.now();
      await run(inputs);
      latenciesUs.push(microseconds(clock.now() - start));
    }
    return latenciesUs;
  };
}
