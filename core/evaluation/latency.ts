/**
 * Single-row latencies, candidate and champion in turns on the same rows in one process: each pair in random order, so
 * that a busy moment of the machine hits both alike. The first runs warm caches and count for nothing.
 */

import { pick } from '../chance.ts';
import type { LatencyEvidence } from '../evidence/latency.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tensor } from '../ports/model-backend.ts';
import type { Random } from '../ports/random.ts';

const PAIRS = 1000;
const WARM_UP_PAIRS = 20;

/** A slow model gets fewer pairs, not a slow evaluation; the gate then says what it could not tell. */
const BUDGET_MS = 3000;

/** One row's inputs for a model and how to run it on them. */
export interface Timed {
  readonly rows: readonly Readonly<Record<string, Tensor>>[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<unknown>;
}

/** Times the models on row after row, in order of measurement. `clock` needs a resolution well below a millisecond. */
export async function timePairs(
  { candidate, champion }: { readonly candidate: Timed; readonly champion: Timed | null },
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<LatencyEvidence> {
  const candidateUs: number[] = [];
  const championUs: number[] = [];
  const count = candidate.rows.length;
  let end = clock.now() + BUDGET_MS / 3;

  for (let pair = 0; pair < WARM_UP_PAIRS && clock.now() < end; pair++)
    await measurePair(pair % count, [], []);
  end = clock.now() + BUDGET_MS;
  for (let pair = 0; pair < PAIRS && clock.now() < end; pair++) {
    await measurePair(pick(random, count), candidateUs, championUs);
  }
  return { candidateUs, championUs: champion ? championUs : null };

  async function measurePair(row: number, ours: number[], theirs: number[]): Promise<void> {
    if (!champion) {
      ours.push(await timeOne(candidate, row));
      return;
    }
    const candidateFirst = random.next() < 0.5;
    if (candidateFirst) ours.push(await timeOne(candidate, row));
    theirs.push(await timeOne(champion, row));
    if (!candidateFirst) ours.push(await timeOne(candidate, row));
  }

  /** Microseconds, to a tenth. */
  async function timeOne({ rows, run }: Timed, row: number): Promise<number> {
    const inputs = rows[row] ?? {};
    const start = clock.now();
    await run(inputs);
    return Math.max(0, Math.round((clock.now() - start) * 10_000) / 10);
  }
}
