/**
 * The webhook door: check the signature, file the delivery, answer. Of the payload only action and repository are read
 * here. What is not signed is neither kept nor logged; what no handler listens to, most of what GitHub sends, is
 * answered and not kept. GitHub gives 10 s and does not try again; we need milliseconds.
 */

import { verify } from '@octokit/webhooks-methods';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IsHandled } from '#app/handlers/handler.ts';
import type { Log } from '#app/log.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Inbox } from '#core/ports/store.ts';

/** GitHub's own cap on payloads. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

const WEBHOOK_PATH = '/api/github/webhooks';

const Headers = z.object({
  'x-github-delivery': z.string().regex(/^[\w-]{1,100}$/),
  'x-github-event': z.string().regex(/^\w{1,100}$/),
  'x-github-hook-id': z
    .string()
    .regex(/^\d{1,20}$/)
    .default('0'),
  'x-hub-signature-256': z.string().regex(/^sha256=[0-9a-f]{64}$/),
});

export interface WebhookDoor {
  readonly secret: string;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly isHandled: IsHandled;
}

/** Registers the route in a scope of its own, where every body stays raw. */
export async function webhookRoute(
  server: FastifyInstance,
  { secret, inbox, clock, log, isHandled }: WebhookDoor,
): Promise<void> {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );

  server.post(
    WEBHOOK_PATH,
    { bodyLimit: MAX_BODY_BYTES },
    async (request: FastifyRequest, reply: FastifyReply) => {
      const headers = Headers.safeParse(request.headers);
      const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
      if (!headers.success || body === '') {
        return reply.code(400).send({ error: 'Not a webhook of GitHub: headers or body are missing' });
      }

      const signature = headers.data['x-hub-signature-256'];
      if (!(await verify(secret, body, signature))) {
        log.warn('webhook refused: bad signature');
        return reply.code(401).send({ error: 'The signature does not match' });
      }

      const event = headers.data['x-github-event'];
      const envelope = envelopeOf(body);
      if (!envelope) {
        log.warn('webhook refused: no JSON', { event });
        return reply.code(400).send({ error: NO_JSON });
      }
      if (!isHandled({ event, action: envelope.action })) {
        return reply.code(202).send({ accepted: 'not needed' });
      }

      const isNew = await inbox.accept({
        hook: headers.data['x-github-hook-id'],
        guid: headers.data['x-github-delivery'],
        event,
        repository: envelope.repository.full_name,
        payload: body,
        receivedAt: clock.now(),
      });
      return reply.code(202).send({ accepted: isNew ? 'new' : 'known' });
    },
  );
}

const NO_JSON = "The body is no JSON object: set the webhook's content type to application/json";

/** What tells whose business a payload is; events that have no action or no repository have ''. */
const Envelope = z.object({
  action: z.string().max(100).catch(''),
  repository: z.object({ full_name: z.string().max(300) }).catch({ full_name: '' }),
});

/** Undefined when the body is no JSON object, as when the hook is set to send forms. */
function envelopeOf(body: string): z.infer<typeof Envelope> | undefined {
  try {
    return Envelope.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
