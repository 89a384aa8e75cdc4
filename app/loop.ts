/** The same work again and again until somebody says stop. A round that fails is logged and costs nothing but itself. */

import { type Log, sentence } from './log.ts';

export interface LoopOptions {
  /** Pause after a round, ms. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** What the log says of a round that failed. */
  readonly failure: string;
  /** Whether the next round may begin while one is under way. */
  readonly overlap: boolean;
}

/** Resolves when the signal was given and the rounds under way have ended. */
export async function loop(
  round: () => Promise<void>,
  { everyMs, signal, log, failure, overlap }: LoopOptions,
): Promise<void> {
  const rounds = new Set<Promise<void>>();
  while (!signal.aborted) {
    const going = round()
      .catch((error) => log.error(failure, { reason: sentence(error) }))
      .finally(() => rounds.delete(going));
    rounds.add(going);
    if (!overlap) await going;
    await pause(everyMs, signal);
  }
  await Promise.all(rounds);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
