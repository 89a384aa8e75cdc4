/** Sequence numbers of one log. They are reserved on the disk before anybody uses them, so that none is used twice, whatever happens. */

import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { LogId } from './log-file.ts';
import type { LogWriter } from './log-writer.ts';

export interface Numbers {
  /** The next number; undefined while none is reserved. */
  next(): number | undefined;
  /** So many at once, reserved if need be. MW_SERVER_OVERLOADED. */
  take(count: number): Promise<readonly number[]>;
  /** The first one that nobody used. */
  unused(): number;
}

interface NumbersOptions {
  readonly writer: Pick<LogWriter, 'open' | 'reserve'>;
  readonly wall: Clock;
  /** Hears why numbers could not be reserved. */
  readonly failed: (error: unknown) => void;
}

/**
 * Numbers that are reserved ahead: a second of the model's traffic, and enough for a burst. After a crash those that were not used
 * look missing too, so fewer are better.
 */
const AHEAD_MS = 1_000;
const LEAST_AHEAD = 1_024;
const MOST_AHEAD = 2 ** 17;
/** Others may take what was reserved for somebody who waited for it. */
const ATTEMPTS = 3;

/** Goes on where the log's numbers ended. MW_PART_STORE. */
export async function openNumbers(id: LogId, { writer, wall, failed }: NumbersOptions): Promise<Numbers> {
  let upcoming = await writer.open(id);
  let reserved = upcoming + LEAST_AHEAD;
  await writer.reserve(id, reserved);
  /** Numbers to reserve next time. */
  let ahead = LEAST_AHEAD;
  /** When more were asked for last, and how far the numbers had come. */
  let asked = { upcoming, at: wall.now() };
  let reserving: Promise<void> | undefined;

  function next(): number | undefined {
    if (reserved - upcoming <= ahead / 2) void reserveMore();
    return upcoming < reserved ? upcoming++ : undefined;
  }

  async function take(count: number): Promise<readonly number[]> {
    for (let attempt = 0; attempt < ATTEMPTS && reserved - upcoming < count; attempt++) {
      await reserveMore(count);
    }
    if (reserved - upcoming < count) {
      throw new MergewayError('MW_SERVER_OVERLOADED', `${count} labels could not be given numbers`);
    }
    return Array.from({ length: count }, () => upcoming++);
  }

  /** One at a time. */
  function reserveMore(least = 0): Promise<void> {
    reserving ??= reserve(Math.max(least, LEAST_AHEAD)).finally(() => {
      reserving = undefined;
    });
    return reserving;
  }

  async function reserve(least: number): Promise<void> {
    const now = wall.now();
    const perMs = (upcoming - asked.upcoming) / Math.max(now - asked.at, 1);
    asked = { upcoming, at: now };
    ahead = Math.max(Math.min(Math.ceil(perMs * AHEAD_MS), MOST_AHEAD), least);
    const upTo = upcoming + ahead;
    try {
      await writer.reserve(id, upTo);
      reserved = Math.max(reserved, upTo);
    } catch (error) {
      failed(error);
    }
  }

  return { next, take, unused: () => upcoming };
}
