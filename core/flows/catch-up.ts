/**
 * Webhooks that were sent while nobody listened. The forge tries each once, and keeps a log: whatever failed there, is
 * somebody's business here and never arrived is asked for again. Asking twice does no harm, since a delivery has one effect.
 */

import type { Clock } from '../ports/clock.ts';
import type { DeliveryLog, FailedDelivery } from '../ports/delivery-log.ts';
import type { Inbox } from '../ports/store.ts';

/** github.com forgets deliveries after three days. */
const LOOK_BACK_MS = 3 * 24 * 60 * 60 * 1000;

export interface CatchUp {
  readonly log: DeliveryLog;
  readonly inbox: Pick<Inbox, 'knows'>;
  readonly clock: Clock;
  readonly isHandled: (happening: Pick<FailedDelivery, 'event' | 'action'>) => boolean;
}

/** Asks for everything that was missed, oldest first; how many that were. */
export async function catchUp({ log, inbox, clock, isHandled }: CatchUp): Promise<number> {
  const failed = await log.failedSince(clock.now() - LOOK_BACK_MS);
  let asked = 0;
  for (const { id, guid } of oldestFirst(failed.filter(isHandled))) {
    if (await inbox.knows(guid)) continue;
    await log.askAgain(id);
    asked++;
  }
  return asked;
}

/** One attempt of each delivery. */
function oldestFirst(newestFirst: readonly FailedDelivery[]): readonly FailedDelivery[] {
  const byGuid = new Map(newestFirst.toReversed().map((attempt) => [attempt.guid, attempt]));
  return [...byGuid.values()];
}
