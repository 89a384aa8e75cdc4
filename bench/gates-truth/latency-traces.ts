/**
 * Recorded rounds of one model thrice in turns (record-traces.ts), resampled in blocks: the autocorrelation of a real machine with a truth
 * that is known. Within a round the three are dealt anew, since it is the same model; the candidate's are then multiplied.
 *
 * `alone`: nothing else on two cores. `neighbour`: beside neighbour.ts. `crowded`: beside a dozen busy processes.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pick } from '#core/chance.ts';
import type { TurnSeries } from '#core/evaluation/turns.ts';
import type { Random } from '#core/ports/random.ts';

export type TraceName = 'alone' | 'neighbour' | 'crowded';

/** Rounds that stay together. */
const BLOCK = 100;

const Trace = z.object({ tenthsOfMicroseconds: z.array(z.array(z.number())).length(3) });

/** Rounds of three latencies in microseconds. */
export type Rounds = readonly (readonly number[])[];

export async function readTrace(name: TraceName): Promise<Rounds> {
  const file = join(import.meta.dirname, 'traces', `${name}.json`);
  const { tenthsOfMicroseconds: slots } = Trace.parse(JSON.parse(await readFile(file, 'utf8')));
  return (slots[0] ?? []).map((_, round) => slots.map((slot) => (slot[round] ?? 0) / 10));
}

/** So many rounds as they might have been; the three series are equally distributed. */
export function resampleRounds(trace: Rounds, rounds: number, random: Random): Omit<TurnSeries, 'perTurn'> {
  const candidateUs: number[] = [];
  const championUs: number[] = [];
  const againUs: number[] = [];
  while (candidateUs.length < rounds) {
    const start = pick(random, trace.length);
    for (let step = 0; step < BLOCK && candidateUs.length < rounds; step++) {
      const three = trace[(start + step) % trace.length] ?? [];
      const first = pick(random, 3);
      const other = random.next() < 0.5 ? 1 : 2;
      candidateUs.push(three[first] ?? 0);
      championUs.push(three[(first + other) % 3] ?? 0);
      againUs.push(three[(first + 3 - other) % 3] ?? 0);
    }
  }
  return { candidateUs, championUs, againUs };
}
