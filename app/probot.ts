/**
 * Probot as a shell: it knows App authentication and dispatches events; receiving, storing and retrying are ours. Its
 * own log stays shut, since it prints whole payloads. The API adapter waits and retries, so its plugin for that is off.
 */

import { Probot, ProbotOctokit } from 'probot';
import { z } from 'zod';
import type { OpenWorkspace } from '#app/workspaces.ts';
import type { FiledDelivery, Repositories } from '#core/ports/store.ts';
import type { Handler } from './handlers/handler.ts';
import { sentence } from './log.ts';

export interface ShellOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl: string;
  readonly throttle: boolean;
}

export function createProbot({ appId, privateKey, webhookSecret, apiUrl, throttle }: ShellOptions): Probot {
  const Octokit = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
    ...options,
    retry: { enabled: false },
    ...(!throttle && { throttle: { enabled: false } }),
  })) as typeof ProbotOctokit;
  return new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: apiUrl,
    Octokit,
    logLevel: 'fatal',
  });
}

/** Where an event happened. Events without a repository or installation are not for us. */
const Place = z.object({
  repository: z.object({ full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/) }),
  installation: z.object({ id: z.number().int() }),
});

export interface Registration {
  readonly handlers: readonly Handler[];
  readonly repositories: Repositories;
  readonly open: OpenWorkspace;
}

/** Lets every handler listen. The installation is read anew from each event: it changes when an App is installed again. */
export async function registerHandlers(
  probot: Probot,
  { handlers, repositories, open }: Registration,
): Promise<void> {
  await probot.ready();
  for (const { event, actions, payload, handle } of handlers) {
    const names = actions.map((action) => `${event}.${action}`);
    probot.on(names as never, async ({ payload: received }: { readonly payload: unknown }) => {
      const place = Place.safeParse(received);
      const parsed = payload.safeParse(received);
      if (!place.success || !parsed.success) return;

      const repository = {
        name: place.data.repository.full_name,
        installation: place.data.installation.id,
      };
      await repositories.seen(repository);
      await handle(parsed.data, await open(repository));
    });
  }
}

/** Hands a filed delivery to the handlers. Throws the first one's error, as one sentence. */
export async function receive(probot: Probot, delivery: FiledDelivery): Promise<void> {
  try {
    await probot.receive({
      id: delivery.guid,
      name: delivery.event as never,
      payload: JSON.parse(delivery.payload) as never,
    });
  } catch (error) {
    throw new Error(sentence(error), { cause: error });
  }
}
