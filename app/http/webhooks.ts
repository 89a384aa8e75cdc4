/**
 * The webhook door: check the signature, file the delivery, answer. Nothing is understood here, and what is not
 * signed is neither kept nor logged. GitHub gives 10 s and does not try again; we need milliseconds.
 */

import { verify } from '@octokit/webhooks-methods';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
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
}

/** Registers the route in a scope of its own, where every body stays raw. */
export async function webhookRoute(
  server: FastifyInstance,
  { secret, inbox, clock, log }: WebhookDoor,
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

      const isNew = await inbox.accept({
        hook: headers.data['x-github-hook-id'],
        guid: headers.data['x-github-delivery'],
        event: headers.data['x-github-event'],
        repository: repositoryOf(body),
        payload: body,
        receivedAt: clock.now(),
      });
      return reply.code(202).send({ accepted: isNew ? 'new' : 'known' });
    },
  );
}

/** The repository's name for ordering the work; payloads without one, and such as are no JSON, have ''. */
function repositoryOf(body: string): string {
  try {
    const named = z
      .object({ repository: z.object({ full_name: z.string().max(300) }) })
      .safeParse(JSON.parse(body));
    return named.success ? named.data.repository.full_name : '';
  } catch {
    return '';
  }
}
