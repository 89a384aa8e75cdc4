/**
 * Health (Open Inference Protocol V2): live while the process answers, ready when every model is. A server that follows a repository
 * says here what it could not serve; a version that serves in its place is ready, since taking it out of traffic would help nobody.
 */

import type { FastifyInstance } from 'fastify';
import type { Follower } from '../follow.ts';
import type { ModelHost } from '../host.ts';

export function healthRoutes(
  app: FastifyInstance,
  { host, follower }: { readonly host: ModelHost; readonly follower?: Follower | undefined },
): void {
  app.get('/v2/health/live', async () => ({ live: true }));
  app.get('/v2/health/ready', async (_request, reply) => {
    const behind = follower?.behind() ?? [];
    const servesNothing = behind.length > 0 && host.models().length === 0;
    const ready = host.ready && !servesNothing;
    return reply.code(ready ? 200 : 503).send({ live: ready, ...(behind.length > 0 && { behind }) });
  });
}
