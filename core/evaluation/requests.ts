/**
 * Turns of requests over HTTP. Closed loop: a number in flight, each waiting for its answer before the next. Open loop: each is
 * due at a time fixed beforehand, and its latency counts from then, sent late or not: a server that stalls would
 * otherwise hold back the very requests that tell of it (coordinated omission).
 */

import type { LoadAt } from '../evidence/latency.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Timer } from '../ports/timer.ts';
import { microseconds, type TakeTurn } from './turns.ts';

/** Rounds of the queue that a turn of the closed loop is long: its begin and end, with fewer in flight, weigh little. */
const CYCLES = 16;

/** What a turn of the open loop takes, in seconds; it has ten requests at least. */
const OPEN_TURN_SECONDS = 0.2;
const FEWEST_OPEN = 10;
const MOST_OPEN = 2000;

/** Sends one row and waits for the answer. */
export type SendRow = (row: number) => Promise<void>;

/** Requests of one turn under this load. */
export function requestsPerTurn(at: LoadAt): number {
  if ('perSecond' in at) {
    return Math.min(MOST_OPEN, Math.max(FEWEST_OPEN, Math.round(at.perSecond * OPEN_TURN_SECONDS)));
  }
  return at.concurrency === 1 ? 1 : at.concurrency * CYCLES;
}

interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly timer: Timer;
}

export function requests(send: SendRow, at: LoadAt, ports: Ports): TakeTurn {
  return 'perSecond' in at
    ? (rows) => openLoop(send, rows, at, ports)
    : (rows) => closedLoop(send, rows, at.concurrency, ports.clock);
}

async function closedLoop(
  send: SendRow,
  rows: readonly number[],
  concurrency: number,
  clock: Clock,
): Promise<readonly number[]> {
  const latenciesUs: number[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: concurrency }, worker));
  return latenciesUs;

  async function worker(): Promise<void> {
    while (next < rows.length) {
      const place = next++;
      const sent = clock.now();
      await send(rows[place] ?? 0);
      latenciesUs[place] = microseconds(clock.now() - sent);
    }
  }
}

async function openLoop(
  send: SendRow,
  rows: readonly number[],
  { perSecond, arrivals }: Extract<LoadAt, { readonly perSecond: number }>,
  { clock, random, timer }: Ports,
): Promise<readonly number[]> {
  const gap = 1000 / perSecond;
  let due = clock.now();
  const answers: Promise<number>[] = [];
  for (const row of rows) {
    due += arrivals === 'fixed' ? gap : -gap * Math.log(1 - random.next());
    await timer.until(due);
    const answer = answerTime(row, due);
    // One that fails while others are still due is told of by the last line.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return Promise.all(answers);

  async function answerTime(row: number, from: number): Promise<number> {
    await send(row);
    return microseconds(clock.now() - from);
  }
}
