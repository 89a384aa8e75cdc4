/**
 * Models measured in turns: in each round every one has a turn, in random order, so that a busy moment of the machine hits all
 * alike. The champion (without one the candidate) takes part a second time under another name: what lies between it
 * and itself is the runner's noise. The first rounds warm caches and count for nothing.
 *
 * When to stop: after 1,000, 2,000 and 4,000 latencies it is asked whether all is settled, by an interval so wide (all of 1,000
 * bootstrap replicates) that these looks do not inflate the error of the last, 95 % one (Haybittle 1971, Peto 1976).
 */

import { pick } from '../chance.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';

/** Latencies of each model after which it is asked whether all is settled, and at most. */
export const LOOKS = [1000, 2000, 4000] as const;
export const MOST = 10_000;
const WARM_UP = 20;

/** Sends these rows, the same for all turns of a round; gives their latencies in microseconds. */
export type TakeTurn = (rows: readonly number[]) => Promise<readonly number[]>;

export interface Arms {
  readonly candidate: TakeTurn;
  readonly champion: TakeTurn | null;
  /** The champion's, or without one the candidate's, model loaded once more. */
  readonly again: TakeTurn;
}

/** Latencies in order of measurement, per arm; the same index of two arms was measured in the same round. */
export interface TurnSeries {
  readonly candidateUs: number[];
  readonly championUs: number[] | null;
  readonly againUs: number[];
  readonly perTurn: number;
}

export interface TurnPlan {
  /** Rows to draw from. */
  readonly rows: number;
  readonly perTurn: number;
  /** A slow model gets fewer turns, not a slow evaluation; the gate then says what it could not tell. */
  readonly forMs: number;
  readonly settled: (measured: TurnSeries) => boolean;
}

/** Measures round after round. `clock` needs a resolution well below a millisecond. */
export async function measureInTurns(
  arms: Arms,
  { rows, perTurn, forMs, settled }: TurnPlan,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<TurnSeries> {
  const taken: Record<keyof Arms, number[]> = { candidate: [], champion: [], again: [] };
  const entrants = (['candidate', 'champion', 'again'] as const).flatMap((name) => {
    const take = arms[name];
    return take ? [{ take, into: taken[name] }] : [];
  });

  await warmUp(clock.now() + forMs / 3);
  const end = clock.now() + forMs;
  let look = 0;
  while (taken.candidate.length + perTurn <= MOST && clock.now() < end) {
    await playRound((latencies, into) => into.push(...latencies));
    if (taken.candidate.length < (LOOKS[look] ?? Number.POSITIVE_INFINITY)) continue;
    look++;
    if (settled(series())) break;
  }
  return series();

  async function warmUp(until: number): Promise<void> {
    for (let round = 0; round * perTurn < WARM_UP && clock.now() < until; round++) await playRound(() => {});
  }

  async function playRound(keep: (latencies: readonly number[], into: number[]) => void): Promise<void> {
    const drawn = Array.from({ length: perTurn }, () => pick(random, rows));
    for (const { take, into } of shuffled(entrants, random)) keep(await take(drawn), into);
  }

  function series(): TurnSeries {
    return {
      candidateUs: taken.candidate,
      championUs: arms.champion ? taken.champion : null,
      againUs: taken.again,
      perTurn,
    };
  }
}

/** Milliseconds as microseconds, to a tenth. */
export function microseconds(ms: number): number {
  return Math.max(0, Math.round(ms * 10_000) / 10);
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = pick(random, last + 1);
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) continue;
    [order[last], order[other]] = [b, a];
  }
  return order;
}
