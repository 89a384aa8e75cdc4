/** Catching up on missed webhooks, at the start and then four times an hour. The door must be open by then. */

import type { Probot } from 'probot';
import type { GitHubClient } from '#adapters/github/client.ts';
import { githubDeliveryLog } from '#adapters/github/delivery-log.ts';
import { type CatchUp, catchUp } from '#core/flows/catch-up.ts';
import type { Log } from './log.ts';
import { loop } from './loop.ts';

const EVERY_MS = 15 * 60 * 1000;

export interface CatchUpLoop {
  stop(): Promise<void>;
}

export function startCatchUp(
  probot: Probot,
  parts: Omit<CatchUp, 'log'> & { readonly appLog: Log },
): CatchUpLoop {
  const stopped = new AbortController();
  const { appLog } = parts;
  const round = async (): Promise<void> => {
    const client = (await probot.auth()) as unknown as GitHubClient;
    const count = await catchUp({ ...parts, log: githubDeliveryLog(client) });
    if (count > 0) appLog.info('missed deliveries asked for again', { count });
  };
  const looping = loop(round, {
    everyMs: EVERY_MS,
    signal: stopped.signal,
    log: appLog,
    failure: 'no catching up on missed deliveries',
    overlap: false,
  });
  return {
    async stop() {
      stopped.abort();
      await looping;
    },
  };
}
