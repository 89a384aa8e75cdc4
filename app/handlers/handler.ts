/** What a webhook handler is. Adding one: a file beside this one, and a line in index.ts. */

import type { z } from 'zod';
import type { Workspace } from '#core/flows/workspace.ts';

export interface Handler<Payload = unknown> {
  /** GitHub's event name, such as `pull_request`. */
  readonly event: string;
  /** The payload's `action`, one of these. Whatever no handler names is answered and not kept. */
  readonly actions: readonly string[];
  /** The few fields that the handler reads; payloads that don't match are none of its business. */
  readonly payload: z.ZodType<Payload>;
  /** Told again after a failure: every effect must be fine to repeat. */
  handle(payload: Payload, workspace: Workspace): Promise<void>;
}

/** Keeps the payload's type inside one handler, and lists of handlers free of it. */
export function handler<Payload>(definition: Handler<Payload>): Handler {
  return definition as Handler as never;
}

/** Whether a handler listens to this event and action. */
export type IsHandled = (happening: { readonly event: string; readonly action: string }) => boolean;

export function handledBy(handlers: readonly Handler[]): IsHandled {
  const names = new Set(
    handlers.flatMap(({ event, actions }) => actions.map((action) => `${event}.${action}`)),
  );
  return ({ event, action }) => names.has(`${event}.${action}`);
}
